/** Releases by an approved request, and the filing of a request instead of a release that lacks an approval. */

import type { SentRequest } from '../../shared/contract/requests.ts';
import { SUBJECT_LIMIT } from '../../shared/contract/routes/asks.ts';
import { defined } from '../../shared/defined.ts';
import { invalid } from '../../shared/errors.ts';
import { asSubjectId, type EntryId, type SubjectId } from '../../shared/ids.ts';
import type { Text } from '../../shared/language.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { releaseTexts } from '../../shared/messages/release.ts';
import {
  approvalOf,
  collect,
  isLeft,
  type Piece,
  type RequestRecord,
  stateOf,
  wholeOf,
} from '../../shared/policy/decide/requests.ts';
import { screen } from '../../shared/policy/decide/screen.ts';
import type { Approval } from '../../shared/policy/types.ts';
import {
  countCollection,
  readRequest,
  type StoredRequest,
  uncountCollection,
} from '../../shared/records/casework/requests.ts';
import {
  closeOpen,
  inboxOfAgency,
  readTask,
  type Task,
  taskId,
} from '../../shared/records/casework/tasks.ts';
import { readOutline } from '../../shared/records/subject/outlines.ts';
import { contend, LOST } from '../../shared/store/contend.ts';
import { type FiledRequest, findRequest, recordOf, sentView } from '../steps/approval-requests.ts';
import { refusalBase } from '../steps/entry-base.ts';
import { fileRequest } from '../steps/file-request.ts';
import { readNames } from '../steps/find-subjects.ts';
import { currentFreezes, frozenRefusal } from '../steps/freezes.ts';
import { settle, settleOwed } from '../steps/owed.ts';
import { refusalOf, refuse, refuseScreened } from '../steps/refusals.ts';
import type { DecidedSubject, LoadedSubject, ReleaseCall } from './call.ts';
import { caseRefusal, loadCase } from './case.ts';
import type { ReleaseDeps } from './deps.ts';

/** The request as read, and the task that reminds of collecting it. */
export interface NamedRequest {
  filed: FiledRequest | null;
  task: Task | null;
}

/** One round trip, in parallel with the others of the load. @returns `null` if the call names no request */
export async function loadRequest(
  deps: ReleaseDeps,
  { pack, session, ask }: ReleaseCall,
): Promise<NamedRequest | null> {
  if (ask.request === undefined) return null;
  const { tables } = deps;
  await settleOwed(tables.requests.client);
  const kind = pack.approvals?.collect ?? '';
  const [filed, task] = await Promise.all([
    findRequest(deps, ask.request),
    readTask(tables.tasks, taskId(kind, inboxOfAgency(session.caller.clientId), ask.request)),
  ]);
  return { filed, task };
}

/**
 * Adds the approval to each subject that the named request is about.
 * @throws Problem NO_APPROVAL, after logging it, if the request approves nothing for this caller, purpose and case at
 * this time, or if a piece of it was collected that may be collected once; INVALID_REQUEST if a request of more people
 * than one release is not collected by position. None of that depends on any record.
 */
export async function requireApproval(
  deps: ReleaseDeps,
  call: ReleaseCall,
  named: NamedRequest | null,
  loaded: readonly LoadedSubject[],
  attempts: readonly EntryId[],
): Promise<LoadedSubject[]> {
  if (!named) return [...loaded];
  const { session, ask, now } = call;
  const record = named.filed?.record;
  const collector = { ...ask, agency: session.caller.clientId };
  const at = new Date(now).toISOString();
  const approval = record ? approvalOf(record, collector, at, pieceOf(call, record)) : null;
  if (!record || !approval) {
    // Both are the caller's own: what it asked, and what it asks now.
    const asked = record?.asked;
    const own = asked?.agency === collector.agency && asked.purpose === ask.purpose;
    const other = own && asked.text !== ask.text ? commonTexts.otherText : undefined;
    return refuseUnapproved(deps, call, { attempt: attempts[0] }, other);
  }
  if (record.asked.once && call.from === undefined && record.asked.subjects.length > SUBJECT_LIMIT)
    throw invalid('/context/from', releaseTexts.inPieces);
  if (call.from !== undefined) return byPosition(deps, call.from, record.asked.subjects, loaded, approval);
  const subjects = new Set(record.asked.subjects);
  const isAsked = ({ item, subject }: LoadedSubject) =>
    subjects.has(subject) || (item !== null && subjects.has(item.subject));
  // A subject that was merged since counts as its survivor. Only then is the extra read needed.
  if (!loaded.every(isAsked)) for (const id of await survivorsOf(deps, subjects)) subjects.add(id);
  return loaded.map((subject) => (isAsked(subject) ? { ...subject, approval } : subject));
}

/** Of a collection in pieces each person is the one at its position, so that no person takes another's place. */
async function byPosition(
  deps: ReleaseDeps,
  from: number,
  asked: readonly SubjectId[],
  loaded: readonly LoadedSubject[],
  approval: Approval,
): Promise<LoadedSubject[]> {
  return Promise.all(
    loaded.map(async (one, i) => {
      const at = asked[from + i] ?? asSubjectId('');
      const same = (id: SubjectId) => one.subject === id || one.item?.subject === id;
      const found = same(at) || (await survivorsOf(deps, new Set([at]))).some(same);
      return found ? { ...one, approval } : one;
    }),
  );
}

function pieceOf({ from, subjects }: ReleaseCall, record: RequestRecord): Piece {
  return from === undefined ? wholeOf(record) : { from, count: subjects.length };
}

async function survivorsOf(deps: ReleaseDeps, subjects: ReadonlySet<SubjectId>): Promise<SubjectId[]> {
  const outlines = await Promise.all([...subjects].map((id) => readOutline(deps.tables.keys, id)));
  return outlines.flatMap((outline) => (outline ? [outline.subject] : []));
}

/**
 * Counts the collection if the approval releases anything, or if it is a piece of a long one, by a conditional write. So a request that may be collected
 * once is collected once, and not at all if an owner or the requester has answered since it was read.
 * @returns whether the release may continue
 */
export async function collectApproved(
  deps: ReleaseDeps,
  call: ReleaseCall,
  named: NamedRequest | null,
  decided: readonly DecidedSubject[],
): Promise<boolean> {
  const { undo } = call;
  const filed = named?.filed;
  if (!named || !filed) return true;
  // A piece counts whatever its records say, so that the pieces reveal none of them.
  const releases = decided.some(({ decision }) => decision.approvals.length > 0);
  if (!releases && call.from === undefined) return true;
  const at = instantOf(call);
  const once = filed.record.asked.once ? pieceOf(call, filed.record) : null;
  const counting = countPiece(deps, filed.stored, { at, once });
  const { requests } = deps.tables;
  const uncount = async () => {
    // A count whose answer was lost may have been made. It is taken back only if it was.
    const seen = await counting.catch(() => filed.stored);
    if (seen) await uncountCollection(requests, seen, { at, once });
  };
  undo.push(() => settle(requests.client, [uncount]));
  const after = once && collect(filed.record, at, once);
  const ends = !after || typeof after === 'string' || stateOf(after, at) === 'collected';
  const [counted] = await Promise.all([counting, ends ? closeTask(deps, call, named.task, filed) : null]);
  return counted !== null;
}

/** How often a concurrent collection of another piece may come first. */
const ATTEMPTS = 5;

/** @returns the request as it was before this collection; `null` if it was not counted */
async function countPiece(
  { tables }: ReleaseDeps,
  first: StoredRequest,
  collection: { at: string; once: Piece | null },
): Promise<StoredRequest | null> {
  let seen = first;
  const { once } = collection;
  return contend<StoredRequest | null>(
    ATTEMPTS,
    async () => {
      if (await countCollection(tables.requests, seen, collection)) return seen;
      const next = await readRequest(tables.requests, first.id);
      if (!next || next.revision !== first.revision || !once || !isLeft(recordOf(next), once)) return null;
      seen = next;
      return LOST;
    },
    () => null,
  );
}

/** @throws Problem NO_APPROVAL, after logging it, if a concurrent release was first */
export async function checkCollected(
  deps: ReleaseDeps,
  call: ReleaseCall,
  collected: boolean,
  decisions: readonly { entry: EntryId }[],
): Promise<void> {
  if (!collected) await refuseUnapproved(deps, call, { about: decisions[0]?.entry });
}

/** Best effort: a task that stays open is closed by the next collection, or when its time is over. */
async function closeTask(
  deps: ReleaseDeps,
  call: ReleaseCall,
  task: Task | null,
  { record }: FiledRequest,
): Promise<void> {
  if (task?.state !== 'open') return;
  const { session } = call;
  const { person, entry } = record.asked;
  const done = { at: instantOf(call), agency: session.caller.clientId, person, outcome: 'collected', entry };
  await closeOpen(deps.tables.tasks, task, done).catch(() => {});
}

function refuseUnapproved(
  deps: ReleaseDeps,
  call: ReleaseCall,
  entry: Parameters<typeof refusalBase>[1],
  detail?: Text,
): Promise<never> {
  const { pack, ask } = call;
  const rule = pack.purposes.get(ask.purpose)?.rule ?? '';
  const problem = refusalOf(pack, 'NO_APPROVAL', rule, 'NOT_APPROVED');
  Object.assign(problem.options, defined({ detail }));
  return refuse(deps.log, refusalBase(call, entry), problem);
}

const instantOf = ({ now }: ReleaseCall) => new Date(now).toISOString();

/** The answer to a release that lacks an approval: the request that was filed for it. */
export type FiledAnswer = SentRequest & { request: string; receipt?: Receipt };

/**
 * Files a request if the release lacks nothing but an approval and names no request. Of the record, only the county is
 * read.
 * @returns `null` if the release takes its ordinary course, even if that ends in a refusal
 * @throws Problem as a release does
 */
export async function fileInstead(deps: ReleaseDeps, call: ReleaseCall): Promise<FiledAnswer | null> {
  const { pack, session, ask, now } = call;
  if (!waitsForApproval(call)) return null;
  const screening = screen(pack, session.caller, { ...ask, request: '', ofCase: true }, now);
  if (!screening.ok) return null;
  readNames(call, call.subjects);
  const [freezes, record] = await Promise.all([
    currentFreezes(deps),
    loadCase(deps, call),
    session.replay.claim(ask.officer, ask.subjects),
  ]);
  const frozen = frozenRefusal(pack, freezes, { ...ask, agency: session.caller.clientId });
  if (frozen) await refuseScreened(deps, call, refusalBase(call), frozen);
  const closed = caseRefusal(call, record);
  if (closed) return refuse(deps.log, refusalBase(call), closed);
  const filing = { deps, pack, session, ask, names: call.subjects, screening, now };
  const filed = await fileRequest(filing);
  if (!filed) {
    // The purpose never gives any of the named fields, so no approval helps.
    const { rule = '' } = pack.purposes.get(ask.purpose) ?? {};
    return refuse(
      deps.log,
      refusalBase(call),
      refusalOf(pack, 'FIELD_REFUSED', rule, 'FIELD_NOT_IN_PURPOSE'),
    );
  }
  const { receipt } = filed;
  return { request: filed.record.id, ...sentView(pack, filed.record, now), ...defined({ receipt }) };
}

/** Whether the purpose as a whole lacks an approval, or a field that the caller named does. */
function waitsForApproval({ pack, ask, screened }: ReleaseCall): boolean {
  if (ask.request !== undefined || !pack.approvals) return false;
  if (!screened.ok) return screened.code === 'NO_APPROVAL';
  // If other fields were asked for too, they are released, and those of a second person are withheld.
  if (screened.cells.size > 0) return false;
  return (ask.fields ?? []).some((field) => screened.withheld.get(field)?.code === 'NO_APPROVAL');
}
