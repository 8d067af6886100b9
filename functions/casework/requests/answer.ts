/** Owners approve or refuse a request, its requester withdraws it. Logged first, then stored by compare-and-swap. */

import { defined } from '../../../shared/defined.ts';
import type { Outcome } from '../../../shared/entry-kinds.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { windowOf } from '../../../shared/policy/decide/approvals.ts';
import {
  fieldState,
  isClosed,
  type RequestRecord,
  type Ruling,
  rule,
  withdraw,
} from '../../../shared/policy/decide/requests.ts';
import { inboxOfAgency, inboxOfDepartment, taskId } from '../../../shared/records/casework/tasks.ts';
import { requireAct } from '../../session/acts.ts';
import { askedDepartments, decidableBy, REWORD } from '../../steps/approval-requests.ts';
import { type Act, closeTask, openTaskFor, record } from '../act.ts';
import { type AnsweredRequest, askedOwners, asksOf, change, received, requireAnotherLine } from './change.ts';
import { closeMaterialTasks } from './material-tasks.ts';
import { requireTested } from './texts.ts';

/**
 * @param fields absent: all pending fields that the caller was asked for; for a refusal, also those it
 * approved
 * @param answer.seen entry of what the request said when it was read
 * @throws Problem NOT_FOUND; APPROVER_IS_REQUESTER for the requester's own line or officer; ROLE_REQUIRED for
 * a field of others; CONFLICT if the request or a field is answered, too late or withdrawn, the request says something else
 * by now, or its text is not tested; TEXT_IDENTIFIES
 */
export async function answerRequest(
  act: Act,
  id: string,
  { outcome, why, seen }: { outcome: Ruling['outcome']; why?: string | undefined; seen: string | undefined },
  fields?: readonly string[],
): Promise<AnsweredRequest> {
  checkWhy(act, outcome, why);
  const filed = await received(act, id);
  const { asked } = filed.record;
  const mine = decidableBy(act.pack, asked, act.session.caller);
  await requireAnotherLine(act, filed.record, mine.length > 0);
  requireAct(act.session, { decider: mine.length > 0, 'other-line': true });
  if (fields && !fields.every((field) => mine.includes(field))) throw new Problem('ROLE_REQUIRED');
  if (why === REWORD && asked.text === undefined) throw invalid('/why', caseworkTexts.textRequestOnly);
  const at = new Date(act.now).toISOString();
  if (outcome === 'approved' && !isClosed(filed.record, at)) await requireTested(act, asked);
  const wanted = fields ?? openTo(act, filed.record, mine, outcome);
  const purpose = act.pack.purposes.get(asked.purpose);
  if (!purpose) throw new Problem('CONFLICT', { detail: caseworkTexts.purposeIsNoMore });
  const window = outcome === 'approved' ? windowOf(act.pack, purpose, act.now) : {};
  const agency = act.session.caller.clientId;
  const [department = agency] = act.session.caller.departments;
  const answered = await change(act, filed, {
    seen,
    what: JSON.stringify([outcome, wanted]),
    step: (found, entry) =>
      rule(found, wanted, { outcome, agency, person: act.person, at, entry, ...defined({ why }), ...window }),
    log: () =>
      record(act, {
        kind: 'approval',
        operation: 'provide',
        owners: act.session.caller.departments,
        purpose: asked.purpose,
        fields: { [department]: Object.fromEntries(wanted.map((one) => [one, outcome])) },
        about: asked.entry,
        outcome,
        code: outcome === 'approved' ? 'APPROVED' : (why ?? 'REFUSED'),
        rule: purpose.rule,
      }),
  });
  await closeRequestTasks(act, answered.record, outcome);
  if (outcome === 'approved') await openCollectTask(act, answered.record);
  return answered;
}

/** A refusal says why by a code, if the pack lists such codes. @throws Problem INVALID_REQUEST */
function checkWhy({ pack }: Act, outcome: Ruling['outcome'], why: string | undefined): void {
  if (outcome === 'refused' && why === REWORD) return;
  const known = outcome === 'refused' ? pack.approvals?.refusals?.why : undefined;
  if (!known && why !== undefined) throw invalid('/why', caseworkTexts.noWhy);
  if (known && (why === undefined || !Object.hasOwn(known, why)))
    throw invalid('/why', caseworkTexts.whyOneOf(Object.keys(known)));
}

/**
 * Fields of an answer without a list: those that the caller was asked for or, if there are none, all it may
 * decide.
 */
function openTo(act: Act, record: RequestRecord, mine: readonly string[], outcome: string): string[] {
  const { session, now } = act;
  const { clientId } = session.caller;
  return asksOf(act, record, mine).filter((field) => {
    const state = fieldState(record, field, new Date(now).toISOString());
    const own = state === 'approved' && record.rulings[field]?.agency === clientId;
    return state === 'waiting' || state === 'material' || (outcome === 'refused' && own);
  });
}

/** @throws Problem NOT_FOUND unless the caller's office sent it; CONFLICT if it is closed */
export async function withdrawRequest(act: Act, id: string): Promise<AnsweredRequest> {
  const filed = await received(act, id);
  const { asked } = filed.record;
  requireAct(act.session, { requester: asked.agency === act.session.caller.clientId });
  const at = new Date(act.now).toISOString();
  const answered = await change(act, filed, {
    what: 'withdrawn',
    step: (seen, entry) => withdraw(seen, at, entry),
    log: () =>
      record(act, {
        kind: 'request',
        operation: 'provide',
        owners: askedOwners(asked),
        purpose: asked.purpose,
        about: asked.entry,
        outcome: 'withdrawn',
      }),
  });
  await closeRequestTasks(act, answered.record, 'withdrawn');
  return answered;
}

/* Tasks of a request: closed when their department has nothing left to decide, opened when fields can be collected. */

/** May be repeated. */
export async function closeRequestTasks(act: Act, record: RequestRecord, outcome: Outcome): Promise<void> {
  const { pack, now } = act;
  const { asked, id } = record;
  const at = new Date(now).toISOString();
  const closed = isClosed(record, at);
  const idle = (fields: readonly string[]) =>
    closed || fields.every((field) => fieldState(record, field, at) !== 'waiting');
  const kinds = [...new Set(pack.approvals?.asks.map(({ task }) => task))];
  const done = [...askedDepartments(pack, asked)].filter(([, fields]) => idle(fields));
  const tasks = done.flatMap(([department]) =>
    kinds.map((kind) => taskId(kind, inboxOfDepartment(department, asked.county), id)),
  );
  if (closed) tasks.push(taskId(pack.approvals?.collect ?? '', inboxOfAgency(asked.agency), id));
  const entry = record.withdrawn?.entry ?? Object.values(record.rulings).at(-1)?.entry ?? asked.entry;
  await Promise.all(tasks.map((task) => closeTask(act, task, outcome, entry)));
  await closeMaterialTasks(act, record, outcome);
}

/** Reminds the requester to collect the approved fields. May be repeated. */
async function openCollectTask(act: Act, { id, asked }: RequestRecord): Promise<void> {
  await openTaskFor(act, {
    kind: act.pack.approvals?.collect ?? '',
    inbox: inboxOfAgency(asked.agency),
    about: id,
    subject: null,
    owners: askedOwners(asked),
    details: { purpose: asked.purpose },
  });
}
