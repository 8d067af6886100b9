/**
 * The third answer to a request: an owner says what it lacks, and the requester supplies it. Meanwhile the time of the
 * owner stands still and that of the requester runs.
 */

import { defined } from '../../../shared/defined.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { askedBy } from '../../../shared/policy/decide/approvals.ts';
import { askMaterial, supplyMaterial } from '../../../shared/policy/decide/material.ts';
import {
  answerByOf,
  fieldState,
  type Material,
  type RequestRecord,
} from '../../../shared/policy/decide/requests.ts';
import { resumedEnd } from '../../../shared/policy/pack/calendar.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import type { MaterialPolicy } from '../../../shared/policy/pack/parts.ts';
import type { Ask } from '../../../shared/policy/types.ts';
import {
  inboxOfAgency,
  inboxOfDepartment,
  putTask,
  readTask,
  taskId,
} from '../../../shared/records/casework/tasks.ts';
import { officerOf } from '../../session/actor.ts';
import { requireAct } from '../../session/acts.ts';
import { askedDepartments, decidableBy, timesOf } from '../../steps/approval-requests.ts';
import { weighStated } from '../../steps/stated.ts';
import { type Act, openTaskFor, record } from '../act.ts';
import { closeRequestTasks } from './answer.ts';
import { type AnsweredRequest, askedOwners, asksOf, change, received, requireAnotherLine } from './change.ts';
import { closeMaterialTasks } from './material-tasks.ts';
import { screened } from './submit.ts';

/**
 * @param missing codes of the policy
 * @param fields absent: all pending fields that the caller was asked for
 * @throws Problem as `answerRequest`; INVALID_REQUEST for a code that the policy lacks; CONFLICT if material was asked for
 * before
 */
export async function askForMaterial(
  act: Act,
  id: string,
  missing: readonly string[],
  fields?: readonly string[],
): Promise<AnsweredRequest> {
  const { pack, session } = act;
  const filed = await received(act, id);
  const { asked } = filed.record;
  const mine = decidableBy(pack, asked, session.caller);
  await requireAnotherLine(act, filed.record, mine.length > 0);
  requireAct(session, { decider: mine.length > 0, 'other-line': true });
  if (fields && !fields.every((field) => mine.includes(field))) throw new Problem('ROLE_REQUIRED');
  const policy = policyOf(pack);
  if (!missing.every((code) => Object.hasOwn(policy.missing, code)))
    throw invalid('/missing', caseworkTexts.notOfPolicy);
  const at = new Date(act.now).toISOString();
  const { clientId: agency, departments } = session.caller;
  const open = asksOf(act, filed.record, mine).filter((field) =>
    ['waiting', 'material'].includes(fieldState(filed.record, field, at)),
  );
  const wanted = fields ?? open;
  const supplyBy = timesOf(pack, policy.task, act.now).due;
  const said = { missing: [...new Set(missing)], agency, person: act.person, at, supplyBy };
  const [department = agency] = departments;
  const answered = await change(act, filed, {
    what: JSON.stringify(['material', wanted]),
    step: (seen, entry) => askMaterial(seen, wanted, { ...said, entry }),
    log: () =>
      record(act, {
        ...{ kind: 'approval', operation: 'provide', owners: departments, purpose: asked.purpose },
        fields: { [department]: Object.fromEntries(wanted.map((one) => [one, 'material'])) },
        ...{ about: asked.entry, outcome: 'material', rule: policy.rule },
      }),
  });
  await closeRequestTasks(act, answered.record, 'material');
  await openMaterialTasks(act, answered.record, policy);
  return answered;
}

/**
 * Supplies what every owner lacks at present. What is stated is screened like a request.
 * @throws Problem NOT_FOUND unless the caller's office sent it; with a rule as `submitRequest`; CONFLICT if nothing is
 * missing, or it is too late
 */
export async function supplyFor(
  act: Act,
  id: string,
  { statement, documents }: { statement: string; documents?: readonly string[] | undefined },
): Promise<AnsweredRequest> {
  const { deps, pack, session, now } = act;
  const filed = await received(act, id);
  const { asked } = filed.record;
  requireAct(session, { requester: asked.agency === session.caller.clientId });
  const policy = policyOf(pack);
  await screened(act, await weighStated(deps, { pack, session, ask: askOf(act, filed.record, statement) }));
  const at = new Date(now).toISOString();
  const said = { statement, person: act.person, at, ...defined({ documents }) };
  const answered = await change(act, filed, {
    what: 'supplied',
    step: (seen, entry) =>
      supplyMaterial(seen, { ...said, entry }, (field, material) => resumed(act, seen, field, material)),
    log: () =>
      record(act, {
        ...{ kind: 'request', operation: 'provide', owners: askedOwners(asked), purpose: asked.purpose },
        ...{ about: asked.entry, outcome: 'supplied', rule: policy.rule },
      }),
  });
  await closeMaterialTasks(act, answered.record, 'supplied');
  await reopenOwnerTasks(act, answered.record);
  return answered;
}

/** The request again, with what is supplied as its reason. */
function askOf({ pack, session, words }: Act, { asked }: RequestRecord, statement: string): Ask {
  const { purpose, collection, subjects, fields, instrument, activity, basis, text } = asked;
  const { route } = pack.purposes.get(purpose) ?? {};
  return {
    ...{ purpose, collection, subjects: subjects.length, request: '', reason: statement, supplies: true },
    fields: Object.keys(fields),
    ...officerOf(session),
    ...defined({ officer: words.officer, case: asked.case, instrument, activity, basis, text, route }),
    ...defined({ signed: session.evidence ? true : undefined }),
  };
}

/** The limit of the owner from now on. */
function resumed({ pack, now }: Act, { asked }: RequestRecord, field: string, { at }: Material): string {
  const within = pack.tasks.get(askedBy(pack, field) ?? '')?.within ?? { hours: 0 };
  const end = Date.parse(asked.fields[field]?.answerBy ?? '');
  const stood = { from: Date.parse(at), until: now };
  return new Date(resumedEnd(pack.calendar, within, end, stood)).toISOString();
}

function policyOf({ approvals }: Pack): MaterialPolicy {
  if (approvals?.material) return approvals.material;
  throw new Problem('CONFLICT', { detail: caseworkTexts.noSuchAnswer });
}

/** One task for each time that an owner asked. May be repeated. */
async function openMaterialTasks(
  act: Act,
  { id, asked, materials }: RequestRecord,
  { task }: MaterialPolicy,
) {
  const open = new Map<string, string[]>();
  for (const [field, { entry, supplied }] of Object.entries(materials))
    if (!supplied) open.set(entry, [...(open.get(entry) ?? []), field]);
  for (const [entry, fields] of open) {
    const [field = ''] = fields;
    await openTaskFor(act, {
      ...{ kind: task, inbox: inboxOfAgency(asked.agency), about: id, subject: null },
      owners: [...new Set(fields.map((one) => asked.fields[one]?.of ?? ''))].sort(),
      key: JSON.stringify([id, entry]),
      details: { purpose: asked.purpose, fields, missing: [...(materials[field]?.missing ?? [])] },
    });
  }
}

/** The tasks of the owners go on, each due with the last of its fields. May be repeated. */
async function reopenOwnerTasks({ deps, pack, now }: Act, request: RequestRecord): Promise<void> {
  const { tables } = deps;
  const at = new Date(now).toISOString();
  const kinds = [...new Set(pack.approvals?.asks.map(({ task }) => task))];
  for (const [department, fields] of askedDepartments(pack, request.asked)) {
    const waiting = fields.filter((field) => fieldState(request, field, at) === 'waiting');
    const due = waiting
      .map((field) => answerByOf(request, field))
      .sort()
      .at(-1);
    if (due === undefined) continue;
    const inbox = inboxOfDepartment(department, request.asked.county);
    for (const kind of kinds) {
      const task = await readTask(tables.tasks, taskId(kind, inbox, request.id));
      if (!task || (task.state === 'open' && task.due === due)) continue;
      const { done: _, remind: __, alert: ___, ...rest } = task;
      await putTask(tables.tasks, { ...rest, state: 'open', due }, task);
    }
  }
}
