/** The parts that all acts of casework share: actor and reason, log entry, tasks, rights and reach. */

import type { OpeningAct } from '../../shared/acts.ts';
import type { SubjectName } from '../../shared/contract/routes/asks.ts';
import type { Operation, Outcome } from '../../shared/entry-kinds.ts';
import { Problem } from '../../shared/errors.ts';
import type { EntryId, SubjectId } from '../../shared/ids.ts';
import type { DataEntry, DataSaid } from '../../shared/log/entry/entry.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import type { Matter } from '../../shared/policy/decide/permits.ts';
import { allOwners, type Pack } from '../../shared/policy/pack/pack.ts';
import { closeOpen, type NewTask, readTask } from '../../shared/records/casework/tasks.ts';
import { type Outline, readOutline } from '../../shared/records/subject/outlines.ts';
import { type ActWords, evidenceWord, handlerOf, personOf, wordsOf } from '../session/actor.ts';
import { mayStill } from '../session/acts.ts';
import { currentPack } from '../session/policy.ts';
import type { Session } from '../session/session.ts';
import { timesOf } from '../steps/approval-requests.ts';
import { policyOf } from '../steps/entry-base.ts';
import { type FoundSubject, findSubjects } from '../steps/find-subjects.ts';
import { appendOne } from '../steps/log.ts';
import { askerOf, settleMisses } from '../steps/misses.ts';
import { openAndTell } from '../steps/open-task.ts';
import { placesFor, reaches } from '../steps/reach.ts';
import { countStop } from '../steps/stops.ts';
import type { CaseworkDeps } from './deps.ts';

export interface Act {
  deps: CaseworkDeps;
  pack: Pack;
  session: Session;
  words: ActWords;
  /** Of a caller of a part of a county: what tells where in it people live. */
  places: Awaited<ReturnType<typeof placesFor>>;
  /** Digest of the officer who acts. */
  person: string;
  /** Epoch milliseconds: one instant for the whole act. */
  now: number;
}

/**
 * @param body its words; words of the token count as well
 * @throws Problem NO_OFFICER, NO_REASON; INVALID_REQUEST if body and token differ
 */
export async function beginAct(
  deps: CaseworkDeps,
  session: Session,
  body: { officer?: string | undefined; reason?: string | undefined; case?: string | undefined },
): Promise<Act> {
  const words = wordsOf(session, { officer: body.officer, reason: body.reason, case: body.case });
  const person = personOf(session, words);
  return { ...(await partsOf(deps, session)), words, person };
}

async function partsOf(deps: CaseworkDeps, session: Session) {
  const pack = await currentPack(deps);
  return { deps, pack, session, places: await placesFor(deps, pack, session.caller), now: deps.now() };
}

/** As `beginAct`, for what is no act of the log: the caller need not give a reason, nor name an officer. */
export async function beginRead(deps: CaseworkDeps, session: Session, officer?: string): Promise<Act> {
  const words = wordsOf(session, { officer, reason: undefined, case: undefined });
  return { ...(await partsOf(deps, session)), words, person: '' };
}

/** The part of an entry that depends on the act; `entryOf` adds actor, policy and words. */
export type ActEntry = Omit<DataSaid, 'handler' | 'policy' | 'collection' | 'words'> & {
  kind: DataEntry['kind'];
};

export function entryOf({ pack, session, words }: Act, entry: ActEntry): DataEntry {
  return {
    ...entry,
    handler: handlerOf(session),
    collection: pack.collection,
    policy: policyOf(pack, entry.purpose),
    words: { ...words, ...evidenceWord(session) },
  };
}

/** Counts one act that stops something for a person. @throws Problem BUDGET_SPENT, after logging it */
export function stopsOne(act: Act, entry: ActEntry): Promise<void> {
  return countStop(act, act.words.officer, () => entryOf(act, entry));
}

/** The finding of an act that rests on the word of one who acts, and stops something: by it another line reviews the act. */
export const STOPPED = 'STOPPED';

/** @returns the receipt, once the entry is durable. @throws Problem LOG_UNAVAILABLE: then the act did not happen */
export async function record(act: Act, entry: ActEntry): Promise<Receipt> {
  return appendOne(act.deps.log, entryOf(act, entry));
}

/**
 * The entry with what was found of the subject, which auditors read and which the leaf only commits to. No finding hides another:
 * all stand in it, each a word.
 */
export function withFindings(entry: DataEntry, ...found: readonly (string | null)[]): DataEntry {
  const finding = found.filter((one) => one !== null).join(' ');
  return finding === '' ? entry : { ...entry, words: { ...entry.words, finding } };
}

/** Maximum number of entries that a task names. The recipient finds the others in its own records. */
export const ENTRIES_NAMED = 50;

/** The kind of the task that the pack gives to an act. The compiler demands it of a pack with casework. */
export function taskOfAct({ acts }: Pack, act: OpeningAct): string {
  return acts.get(act)?.task ?? '';
}

/** Opens a task of one of the pack's kinds, due by the pack's calendar. May be repeated. @returns its id */
export async function openTaskFor(
  { deps, pack, now }: Pick<Act, 'deps' | 'pack' | 'now'>,
  task: Omit<NewTask, 'opened' | 'due' | 'remind'>,
): Promise<string> {
  const { id } = await openAndTell(deps, {
    ...task,
    ...timesOf(pack, task.kind, now),
  });
  return id;
}

/**
 * @param known what is known of the matter so far
 * @param concerns whether there is something of the subject that the caller may see; it reads as much for no record
 * @returns the subject, which lives where the act's row requires
 * @throws Problem REFUSED, after logging why: the same for a subject that is unknown, erased or out of the caller's
 * area; BUDGET_SPENT; INVALID_REQUEST for a key that the policy does not match by
 */
export async function findSubject(
  act: Act,
  name: SubjectName,
  operation: Operation,
  known: Matter = {},
  concerns: (found: Outline | null) => Promise<boolean> = async () => true,
): Promise<Outline> {
  const { deps, pack, session } = act;
  const [named] = (await findSubjects(deps, act, [name], () => '/subject')) as [FoundSubject];
  const outline = await readOutline(deps.tables.keys, named.subject);
  const subject = outline?.subject ?? named.subject;
  const found = outline?.collection === pack.collection ? outline : null;
  const near = found !== null && mayStill(session, { ...known, area: isInReach(act, found) });
  const shown = (await concerns(found)) && near;
  await settleMisses(askerOf(act, act.words), shown ? 0 : 1, () =>
    entryOf(act, { kind: 'denial', operation, owners: allOwners(pack) }),
  );
  if (found && shown) return found;
  const finding = near ? 'NOT_PERMITTED' : found ? 'OUT_OF_AREA' : 'SUBJECT_UNKNOWN';
  return refuseSubject(act, operation, subject, finding);
}

/** Whether the subject lives in an area of the caller. */
export function isInReach({ pack, session, places }: Act, found: Outline): boolean {
  return found.county.length >= pack.countyDigits && reaches(session.caller, found, places);
}

/**
 * The leaf holds only commitments to what depends on the subject, because the caller may be able to read the leaf.
 * @throws Problem REFUSED, after logging why
 */
export async function refuseSubject(
  act: Act,
  operation: Operation,
  subject: SubjectId,
  finding: string,
): Promise<never> {
  const entry = entryOf(act, { kind: 'denial', operation, owners: allOwners(act.pack), outcome: 'refused' });
  const words = { ...entry.words, finding, subject };
  await act.deps.log.append([{ ...entry, words }]);
  throw new Problem('REFUSED');
}

/**
 * Closes a task by the act that it requires. May be repeated. Does nothing if the task is missing or closed.
 * @param id of the task. @param entry log entry of the act
 */
export async function closeTask(act: Act, id: string, outcome: Outcome, entry: EntryId): Promise<void> {
  const { deps, session, person, now } = act;
  const done = { at: new Date(now).toISOString(), agency: session.caller.clientId, person, outcome, entry };
  await closeOpen(deps.tables.tasks, await readTask(deps.tables.tasks, id), done);
}
