/** Owners approve or refuse a request, its requester withdraws it. Logged first, then stored by compare-and-swap. */

import { Problem } from '../../../shared/errors.ts';
import { asEntryId, type EntryId } from '../../../shared/ids.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { decidesFor, inLine, windowOf } from '../../../shared/policy/decide/approvals.ts';
import {
  fieldState,
  isClosed,
  type NotDone,
  type RequestRecord,
  type Ruling,
  rule,
  withdraw,
} from '../../../shared/policy/decide/requests.ts';
import { putSaid } from '../../../shared/records/casework/requests.ts';
import { inboxOfAgency, inboxOfDepartment, taskId } from '../../../shared/records/casework/tasks.ts';
import { officerDigest } from '../../session/actor.ts';
import { requireAct } from '../../session/acts.ts';
import {
  askedDepartments,
  decidableBy,
  expiryOf,
  type FiledRequest,
  findRequest,
  saidOf,
} from '../../steps/approval-requests.ts';
import { type Act, openTaskFor, record } from '../act.ts';
import { closeTask } from '../tasks/tasks.ts';

export interface AnsweredRequest {
  record: RequestRecord;
  /** Absent if the act was done before. */
  receipt?: Receipt;
}

/** How often a concurrent answer may come first before the caller gets CONFLICT. */
const ATTEMPTS = 5;

/**
 * @param fields absent: all pending fields that the caller was asked for; for a refusal, also those it
 * approved
 * @throws Problem NOT_FOUND; APPROVER_IS_REQUESTER for the requester's own line or officer; ROLE_REQUIRED for
 * a field of others; CONFLICT if the request or a field is answered, too late or withdrawn
 */
export async function answerRequest(
  act: Act,
  id: string,
  outcome: Ruling['outcome'],
  fields?: readonly string[],
): Promise<AnsweredRequest> {
  const filed = await received(act, id);
  const { asked } = filed.record;
  const mine = decidableBy(act.pack, asked, act.session.caller);
  await requireAnotherLine(act, filed.record, mine.length > 0);
  requireAct(act.session, { decider: mine.length > 0, 'other-line': true });
  if (fields && !fields.every((field) => mine.includes(field))) throw new Problem('ROLE_REQUIRED');
  const at = new Date(act.now).toISOString();
  const wanted = fields ?? openTo(act, filed.record, mine, outcome);
  const purpose = act.pack.purposes.get(asked.purpose);
  if (!purpose) throw new Problem('CONFLICT', { detail: 'The policy no longer has the purpose.' });
  const window = outcome === 'approved' ? windowOf(act.pack, purpose, act.now) : {};
  const agency = act.session.caller.clientId;
  const [department = agency] = act.session.caller.departments;
  const answered = await change(act, filed, {
    step: (seen, entry) => rule(seen, wanted, { outcome, agency, person: act.person, at, entry, ...window }),
    log: () =>
      record(act, {
        kind: 'approval',
        operation: 'provide',
        owners: act.session.caller.departments,
        purpose: asked.purpose,
        fields: { [department]: Object.fromEntries(wanted.map((one) => [one, outcome])) },
        about: asked.entry,
        outcome,
        code: outcome === 'approved' ? 'APPROVED' : 'REFUSED',
        rule: purpose.rule,
      }),
  });
  await closeRequestTasks(act, answered.record, outcome);
  if (outcome === 'approved') await openCollectTask(act, answered.record);
  return answered;
}

/**
 * Fields of an answer without a list: those that the caller was asked for or, if there are none, all it may
 * decide.
 */
function openTo(
  { session, now }: Act,
  record: RequestRecord,
  mine: readonly string[],
  outcome: string,
): string[] {
  const { clientId, departments } = session.caller;
  const askedOf = (field: string) => record.asked.fields[field]?.asks ?? record.asked.fields[field]?.of ?? '';
  const asked = mine.filter((field) => departments.includes(askedOf(field)));
  return (asked.length > 0 ? asked : mine).filter((field) => {
    const state = fieldState(record, field, new Date(now).toISOString());
    const own = state === 'approved' && record.rulings[field]?.agency === clientId;
    return state === 'waiting' || (outcome === 'refused' && own);
  });
}

/** @throws Problem NOT_FOUND unless the caller's office sent it; CONFLICT if it is closed */
export async function withdrawRequest(act: Act, id: string): Promise<AnsweredRequest> {
  const filed = await received(act, id);
  const { asked } = filed.record;
  requireAct(act.session, { requester: asked.agency === act.session.caller.clientId });
  const at = new Date(act.now).toISOString();
  const answered = await change(act, filed, {
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

/**
 * Applies one step to the current record. The entry is appended once. If the step turns out to be impossible
 * after that, a second entry says that the first has no effect.
 */
async function change(
  act: Act,
  first: FiledRequest,
  {
    step,
    log,
  }: { step(record: RequestRecord, entry: EntryId): RequestRecord | NotDone; log(): Promise<Receipt> },
): Promise<AnsweredRequest> {
  const { deps } = act;
  let filed = first;
  let receipt: Receipt | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const next = step(filed.record, receipt?.entry ?? asEntryId(''));
    if (typeof next === 'string') {
      if (receipt) await annul(act, first.record, receipt);
      if (next === 'nothing') return { record: filed.record };
      throw conflict(next);
    }
    receipt ??= await log();
    const said = step(filed.record, receipt.entry) as RequestRecord;
    if (await putSaid(deps.tables.requests, filed.stored, saidOf(said), expiryOf(said)))
      return { record: said, receipt };
    filed = await received(act, filed.record.id);
  }
  if (receipt) await annul(act, first.record, receipt);
  throw new Problem('CONFLICT', { detail: 'The request is being answered; try again.' });
}

async function annul(act: Act, { asked }: RequestRecord, { entry }: Receipt): Promise<void> {
  const owners = askedOwners(asked);
  await record(act, { kind: 'approval', operation: 'provide', owners, about: entry, outcome: 'void' });
}

/** Departments that were asked, sorted. */
function askedOwners({ fields }: RequestRecord['asked']): string[] {
  return [...new Set(Object.values(fields).map(({ of }) => of))].sort();
}

function conflict(why: NotDone): Problem {
  const details = {
    closed: 'The request is withdrawn, collected or expired.',
    late: 'The time to answer, or to collect what was approved, is over.',
    'refused before': 'A refusal is final; file a new request.',
    nothing: 'The answer would change nothing.',
  };
  return new Problem('CONFLICT', { detail: details[why] });
}

async function received({ deps }: Act, id: string): Promise<FiledRequest> {
  const filed = await findRequest(deps, id);
  if (!filed) throw new Problem('NOT_FOUND');
  return filed;
}

/**
 * Refuses an approver of the requester's line. The attempt is logged, because it alerts a security officer. To an office
 * of the line that decides on no request, such as a service desk, no request exists.
 * @param decides whether the caller may decide a field; to another office no request exists, whatever its officer's name
 */
async function requireAnotherLine(act: Act, { asked }: RequestRecord, decides: boolean): Promise<void> {
  const { pack, session, words, person } = act;
  const { agency: clientId, departments } = asked;
  const own = inLine({ clientId, departments }, session.caller);
  const { areas, departments: held } = session.caller;
  const near =
    own &&
    areas.some((area) => area !== '' && asked.county.startsWith(area)) &&
    held.some((code) => decidesFor(pack, session.caller, code));
  if (own && !near && clientId !== session.caller.clientId) throw new Problem('NOT_FOUND');
  const same = person === asked.person || officerDigest('', words.officer ?? '') === asked.name;
  if (!own && !(same && decides)) return;
  const owners = askedOwners(asked);
  const denial = { kind: 'denial', operation: 'provide', owners, purpose: asked.purpose } as const;
  await record(act, { ...denial, about: asked.entry, outcome: 'refused', code: 'APPROVER_IS_REQUESTER' });
  throw new Problem('APPROVER_IS_REQUESTER');
}

/* Tasks of a request: closed when their department has nothing left to decide, opened when fields can be collected. */

/** May be repeated. */
export async function closeRequestTasks(act: Act, record: RequestRecord, outcome: string): Promise<void> {
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
}

/** Reminds the requester to collect the approved fields. May be repeated. */
export async function openCollectTask(act: Act, { id, asked }: RequestRecord): Promise<void> {
  await openTaskFor(act, {
    kind: act.pack.approvals?.collect ?? '',
    inbox: inboxOfAgency(asked.agency),
    about: id,
    subject: null,
    owners: askedOwners(asked),
    details: { purpose: asked.purpose },
  });
}
