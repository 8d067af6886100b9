import { Problem } from '../../../shared/errors.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import type { DisputePolicy } from '../../../shared/policy/pack/parts.ts';
import { inboxOfDepartment, readTask, taskId } from '../../../shared/records/casework/tasks.ts';
import { requireAct } from '../../session/acts.ts';
import { findRequest } from '../../steps/approval-requests.ts';
import { type Act, openTaskFor, record } from '../act.ts';
import type { AnsweredRequest } from './change.ts';

/**
 * The requester disputes what was refused. The superior of each department that refused has a task to decide, which is
 * never of the requester's line. Its decision releases nothing and changes no answer: if it overturns a refusal, the
 * requester asks again. There is one task for each department: a repeat changes nothing and leaves no entry.
 * @throws Problem NOT_FOUND unless the caller's office sent it; CONFLICT if nothing was refused, or no other department can decide
 */
export async function disputeRefusal(act: Act, id: string): Promise<AnsweredRequest> {
  const { deps, pack, session } = act;
  const filed = await findRequest(deps, id);
  const requester = filed?.record.asked.agency === session.caller.clientId;
  if (!filed) throw new Problem('NOT_FOUND');
  requireAct(session, { requester });
  const { asked, rulings } = filed.record;
  const refused = new Map<string, string[]>();
  for (const [field, { of }] of Object.entries(asked.fields)) {
    if (rulings[field]?.outcome === 'refused') refused.set(of, [...(refused.get(of) ?? []), field]);
  }
  const policy = pack.approvals?.disputes;
  const above = new Map(
    [...refused.keys()].map((of) => [of, policy && superiorOf(policy, of, asked.departments)]),
  );
  if (!policy || refused.size === 0 || [...above.values()].includes(undefined))
    throw new Problem('CONFLICT', { detail: caseworkTexts.nothingDisputable });
  const tasks = new Map(
    [...refused].map(([of, names]) => [
      of,
      {
        ...{ kind: policy.task, inbox: inboxOfDepartment(above.get(of) ?? '', asked.county) },
        ...{ subject: null, owners: [of], key: JSON.stringify([id, of]) },
        details: { purpose: asked.purpose, agency: asked.agency, department: of, fields: names, request: id },
      },
    ]),
  );
  for (const [of, { kind, inbox, key }] of tasks)
    if (await readTask(deps.tables.tasks, taskId(kind, inbox, key))) refused.delete(of);
  if (refused.size === 0) return { record: filed.record };
  await session.replay.alone(JSON.stringify(['dispute', id, ...refused.keys()]));
  const fields = [...refused].map(([of, names]) => [
    of,
    Object.fromEntries(names.map((one) => [one, 'refused'])),
  ]);
  const receipt = await record(act, {
    ...{ kind: 'request', operation: 'provide', owners: [...refused.keys()].sort(), purpose: asked.purpose },
    ...{ fields: Object.fromEntries(fields), about: asked.entry, outcome: 'disputed', rule: policy.rule },
  });
  for (const [of, task] of tasks)
    if (refused.has(of)) await openTaskFor(act, { ...task, about: receipt.entry });
  return { record: filed.record, receipt };
}

/** @returns `undefined` if every superior is of the requester's line */
function superiorOf(
  { superiors, otherwise }: DisputePolicy,
  of: string,
  line: readonly string[],
): string | undefined {
  const known = [superiors[of], otherwise, ...Object.values(superiors)];
  return known.find((code) => code !== undefined && code !== of && !line.includes(code));
}
