import type { Objection as ObjectionView } from '../../../shared/contract/casework.ts';
import type { ResolveRequest } from '../../../shared/contract/routes/objections.ts';
import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import { asEntryId, type ClientId } from '../../../shared/ids.ts';
import { namesOf } from '../../../shared/log/read/subject-names.ts';
import { type Disclosure, entriesOfSubject, recipientsOf } from '../../../shared/log/read/walk.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { isParty } from '../../../shared/policy/decide/givers.ts';
import { listClosed } from '../../../shared/records/casework/desk-lists.ts';
import { inboxOfAgency, inboxOfDepartment, taskId } from '../../../shared/records/casework/tasks.ts';
import type { Outline } from '../../../shared/records/subject/outlines.ts';
import { handOf, requireAct, requireSecond } from '../../session/acts.ts';
import { requireIndex } from '../../steps/log.ts';
import { requireSeen } from '../../steps/two-people.ts';
import { type Act, closeTask, ENTRIES_NAMED, openTaskFor, record, taskOfAct } from '../act.ts';
import { AHEAD } from '../speaks.ts';
import {
  concernOf,
  findObjection,
  type Objection,
  type ObjectionWords,
  putObjection,
  rowOf,
  unflag,
  viewOf,
  wordsOf,
} from './stored.ts';

/**
 * The owner's written answer. It is logged, then stored under the objection's id, then carried out: tasks for
 * all recipients of the field, the answer for the desk, removal of the flag, and last the end of the owner's
 * task. A repeat of the same answer by the same officer completes the steps that a crash left undone. Until
 * then the field stays flagged and the owner's task open.
 * @throws Problem NOT_FOUND, also for another department; APPROVER_IS_REQUESTER; CONFLICT if it has another
 * answer, says something else by now, or is upheld before intake stored a correction; or a 503: then answer again
 */
export async function resolveObjection(
  act: Act,
  id: string,
  { outcome, entry: seen }: ResolveRequest,
): Promise<{ objection: ObjectionView; receipt?: Receipt }> {
  const { session, person, words, now } = act;
  const { objection, outline } = await findObjection(act, id);
  const { department, field } = objection;
  const { rule } = requireAct(session, concernOf(act, objection, outline));
  const { agency: clientId, person: first, departments = [] } = objection;
  requireSecond(session, { clientId, person: first, departments }, handOf(session, person));
  requireSeen(objection.entry, seen);
  const answer = words.reason ?? '';
  if (objection.resolved) {
    if (objection.resolved.person !== person || objection.state !== outcome) {
      throw new Problem('CONFLICT', { detail: caseworkTexts.objectionAnswered });
    }
    return { objection: await carryOut(act, objection, outline, answer) };
  }
  if (outcome === 'upheld' && !(await isDone(act, objection, outline)))
    throw new Problem('CONFLICT', { detail: caseworkTexts.storeFirst });
  await session.replay.alone(`answer ${objection.entry}`);
  const receipt = await record(act, {
    kind: 'objection',
    // Every recipient gets a task to correct.
    operation: outcome === 'upheld' ? 'transmit' : 'process',
    owners: [department],
    subject: outline.logId,
    fields: { [department]: { [field]: outcome } },
    outcome,
    about: objection.entry,
    rule,
  });
  const at = new Date(now).toISOString();
  const late = now > Date.parse(objection.due);
  const agency = session.caller.clientId;
  const resolved = { at, agency, person, late, entry: receipt.entry };
  const next: Objection = { ...objection, state: outcome, resolved };
  if (!(await putObjection(act, next, objection))) {
    throw new Problem('CONFLICT', { detail: caseworkTexts.objectionAnsweredMeanwhile });
  }
  return { objection: await carryOut(act, next, outline, answer), receipt };
}

/** The code of requests for an erasure. */
const ERASE = 'ERASE';

/**
 * Whether the owner has done what the right needs, according to the log: by intake, or a request for the erasure of the whole record.
 * An entry of the last seconds may be missing.
 */
async function isDone(
  { deps, pack, now }: Act,
  { at, department, field, right }: Objection,
  outline: Outline,
): Promise<boolean> {
  const { needs } = pack.casework?.objections.rights[right] ?? {};
  if (!needs) return true;
  const span = { from: Date.parse(at), to: now + AHEAD, limit: 1000 };
  const { entries } = await entriesOfSubject(deps.store, namesOf(outline), span);
  return entries.some(({ entry }) => {
    if (needs === 'begun')
      return entry?.kind === 'request' && entry.code === ERASE && entry.outcome !== 'stopped';
    const done = entry?.kind === 'intake' ? entry.fields?.[department]?.[field] : undefined;
    return done !== undefined && (needs === 'written' || done === needs);
  });
}

async function carryOut(
  act: Act,
  objection: Objection,
  outline: Outline,
  answer: string,
): Promise<ObjectionView> {
  const { id, department, field, state, resolved, right, entry } = objection;
  const { subject } = outline;
  const { task: kind } = act.pack.casework?.objections.rights[right] ?? {};
  const asks = kind !== undefined && state === 'upheld';
  const corrected = asks ? await askRecipients(act, objection, outline, kind) : undefined;
  await openTaskFor(act, {
    kind: taskOfAct(act.pack, 'objection.resolve'),
    inbox: inboxOfAgency(objection.agency),
    about: id,
    subject,
    owners: [department],
    details: { field, objection: id, right, outcome: state },
  });
  const before = await wordsOf(act, subject, id);
  const report = isParty(act.pack, objection.by, 'recipient');
  const said: ObjectionWords = {
    ...{ field, by: objection.by, right, at: objection.at, reason: before?.reason ?? '', entry },
    ...defined({ agency: before?.agency, until: objection.until, corrected }),
    // The reporter learns the outcome; words could hold a value.
    ...(!report && { answer: before?.answer ?? answer }),
  };
  await unflag(act, subject, id, said);
  await listClosed(act.deps.tables.casework, rowOf(objection, outline));
  const owned = taskId(
    taskOfAct(act.pack, 'objection.file'),
    inboxOfDepartment(department, outline.county),
    id,
  );
  await closeTask(act, owned, state, resolved?.entry ?? asEntryId(''));
  return viewOf(act, objection, said);
}

/**
 * Opens a task for each agency that received the field before the answer, according to the log. @returns the
 * agencies
 */
async function askRecipients(
  act: Act,
  { id, department, field, resolved }: Objection,
  outline: Outline,
  kind: string,
): Promise<string[]> {
  const { deps, pack, session } = act;
  await requireIndex(deps.store);
  const span = { from: 0, to: Date.parse(resolved?.at ?? '') };
  const told = await recipientsOf(deps.store, namesOf(outline), span, [`${department}/${field}`]);
  const isPerson = ({ purpose }: Disclosure) => pack.purposes.get(purpose)?.route === 'inquiries';
  const others = new Map<ClientId, Disclosure[]>();
  for (const one of told) {
    if (isPerson(one) || one.agency === session.caller.clientId) continue;
    others.set(one.agency, [...(others.get(one.agency) ?? []), one]);
  }
  for (const [agency, received] of others) {
    const purposes = [...new Set(received.map(({ purpose }) => purpose))].sort();
    const entries = received.flatMap((one) => one.entries).slice(0, ENTRIES_NAMED);
    await openTaskFor(act, {
      kind,
      inbox: inboxOfAgency(agency),
      about: id,
      subject: outline.subject,
      owners: [department],
      details: { field, objection: id, purposes, entries },
    });
  }
  return [...others.keys()].sort();
}
