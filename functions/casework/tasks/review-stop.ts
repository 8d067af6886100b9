/** What one line of authority stops for a person, another one reviews within a day: as for an emergency access. */

import { Problem } from '../../../shared/errors.ts';
import { asClientId } from '../../../shared/ids.ts';
import type { StoredEntry } from '../../../shared/log/read/read.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { inLine } from '../../../shared/policy/decide/approvals.ts';
import { inboxOfDepartment, type Task } from '../../../shared/records/casework/tasks.ts';
import { registered } from '../../session/agency.ts';
import { conflictCode } from '../../steps/codes.ts';
import { type Act, entryOf, openTaskFor } from '../act.ts';
import type { Follower } from '../deps.ts';
import { FREEZE_OF_PERSON } from '../freezes/freezes.ts';
import { completeTask } from './tasks.ts';

const isStop = ({ entry }: StoredEntry) =>
  (entry?.code === FREEZE_OF_PERSON && entry.outcome === 'frozen') ||
  (entry?.code === conflictCode('set') && entry.outcome === 'set');

/** @returns whether the entry is of such an act */
export async function askToReviewStop(follower: Follower, stored: StoredEntry): Promise<boolean> {
  const { deps, pack } = follower;
  const { entry } = stored;
  const { review } = pack.stops ?? {};
  if (!review || !entry?.handler || !isStop(stored)) return false;
  const { agency, departments } = entry.handler;
  const [area = ''] = (await registered(deps, agency))?.areas ?? [];
  const department = review.asks.find((code) => !departments.includes(code));
  if (department === undefined) return false;
  const county = area.slice(0, pack.countyDigits);
  await openTaskFor(
    { ...follower, now: Date.parse(entry.time) },
    {
      ...{ kind: review.task, inbox: inboxOfDepartment(department, county), about: stored.id },
      // The reviewer need not know whom it is about: officer and reason say whether it may stand.
      ...{ subject: null, owners: [department] },
      details: { agency, departments: [...departments] },
    },
  );
  return true;
}

/**
 * The verdict of a person of another line; `violation` also raises an alert.
 * @param task of an inbox of the caller
 * @returns `null` for a task of another kind
 * @throws Problem APPROVER_IS_REQUESTER; and as `completeTask`
 */
export async function reviewStop(
  act: Act,
  task: Task,
  outcome: string,
): Promise<{ task: Task; receipt?: Receipt } | null> {
  const { pack, session, deps } = act;
  if (task.kind !== pack.stops?.review.task) return null;
  const { agency, departments } = task.details;
  const first = { clientId: asClientId(String(agency)), departments: [departments ?? []].flat().map(String) };
  if (inLine(first, session.caller)) throw new Problem('APPROVER_IS_REQUESTER');
  const done = await completeTask(act, task, outcome);
  if (done.receipt && done.task.done?.outcome === 'violation') {
    const said = { operation: 'process', owners: task.owners, about: task.about, outcome: 'raised' } as const;
    const alert = { ...said, kind: 'alert', code: 'REVIEW_VIOLATION', rule: pack.stops.rule } as const;
    await deps.log.append([entryOf(act, alert)]);
  }
  return done;
}
