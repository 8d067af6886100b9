/** A release that names a request: read beside the load, asked for its worth, counted beside the decision. */

import { Problem } from '../../shared/errors.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { approvalOf } from '../../shared/policy/decide/requests.ts';
import { screen } from '../../shared/policy/decide/screen.ts';
import { reasonText } from '../../shared/policy/pack/pack.ts';
import type { Refusal } from '../../shared/policy/types.ts';
import { countCollection } from '../../shared/records/casework/requests.ts';
import { inboxOfAgency, putTask, readTask, type Task, taskId } from '../../shared/records/casework/tasks.ts';
import { readOutline } from '../../shared/records/subject/outlines.ts';
import { type FiledRequest, findRequest, type SentRequest, sentView } from '../steps/approval-requests.ts';
import { fileRequest } from '../steps/file-request.ts';
import { findSubjects } from '../steps/find-subjects.ts';
import { currentFreezes, frozenRefusal } from '../steps/freezes.ts';
import type { DecidedSubject, LoadedSubject, ReleaseCall } from './call.ts';
import { refusalEntry } from './screen.ts';

/** The request as read, and the task that reminds of collecting it. */
export interface NamedRequest {
  filed: FiledRequest | null;
  task: Task | null;
}

/** One round trip beside the others of the load. @returns `null` where no request is named */
export async function loadRequest({ deps, pack, session, ask }: ReleaseCall): Promise<NamedRequest | null> {
  if (ask.request === undefined) return null;
  const { tables } = deps;
  const kind = pack.approvals?.collect ?? '';
  const [filed, task] = await Promise.all([
    findRequest(deps, ask.request),
    readTask(tables.tasks, taskId(kind, inboxOfAgency(session.caller.clientId), ask.request)),
  ]);
  return { filed, task };
}

/**
 * Gives each subject that the request is about what was approved of it.
 * @throws Problem NO_APPROVAL, after logging it, where the request is worth nothing for this caller, purpose and case
 * now: that depends on nobody's record
 */
export async function requireApproval(
  call: ReleaseCall,
  named: NamedRequest | null,
  loaded: readonly LoadedSubject[],
  attempts: readonly string[],
): Promise<LoadedSubject[]> {
  if (!named) return [...loaded];
  const { session, ask, now } = call;
  const record = named.filed?.record;
  const collector = { ...ask, agency: session.caller.clientId };
  const approval = record ? approvalOf(record, collector, new Date(now).toISOString()) : null;
  if (!record || !approval) return refuse(call, attempts[0]);
  const subjects = new Set(record.asked.subjects);
  const isAsked = ({ item, subject }: LoadedSubject) =>
    subjects.has(subject) || (item !== null && subjects.has(item.subject));
  // One who was merged into another since counts as that one. Nobody else costs this look.
  if (!loaded.every(isAsked)) for (const id of await survivorsOf(call, subjects)) subjects.add(id);
  return loaded.map((subject) => (isAsked(subject) ? { ...subject, approval } : subject));
}

async function survivorsOf({ deps }: ReleaseCall, subjects: ReadonlySet<string>): Promise<string[]> {
  const outlines = await Promise.all([...subjects].map((id) => readOutline(deps.tables.keys, id)));
  return outlines.flatMap((outline) => (outline ? [outline.subject] : []));
}

/**
 * Counts the collection where anything is released by it, so that what is collected once is collected once, and not at
 * all where an owner or the requester has spoken since the request was read.
 * @returns whether it may be
 */
export async function collectApproved(
  call: ReleaseCall,
  named: NamedRequest | null,
  decided: readonly DecidedSubject[],
): Promise<boolean> {
  const { deps, taken } = call;
  const filed = named?.filed;
  if (!named || !filed || !decided.some(({ decision }) => decision.approvals.length > 0)) return true;
  const { tables } = deps;
  const how = { at: instantOf(call), once: filed.record.asked.once };
  taken.seen = filed.stored;
  taken.counting = countCollection(tables.requests, filed.stored, how);
  const [counted] = await Promise.all([taken.counting, closeTask(call, named.task, filed)]);
  return counted;
}

/** @throws Problem NO_APPROVAL, after logging it, where somebody else was first */
export async function checkCollected(
  call: ReleaseCall,
  collected: boolean,
  decisions: readonly { entry: string }[],
): Promise<void> {
  if (!collected) await refuse(call, undefined, decisions[0]?.entry);
}

/** Nothing hangs on it: a task that stays open is closed by the next collection, or by its time. */
async function closeTask(call: ReleaseCall, task: Task | null, { record }: FiledRequest): Promise<void> {
  if (task?.state !== 'open') return;
  const { deps, session } = call;
  const { person, entry } = record.asked;
  const done = { at: instantOf(call), agency: session.caller.clientId, person, outcome: 'collected', entry };
  await putTask(deps.tables.tasks, { ...task, state: 'done', done }, task).catch(() => {});
}

async function refuse(call: ReleaseCall, attempt?: string, about?: string): Promise<never> {
  const { deps, pack, ask } = call;
  const rule = pack.purposes.get(ask.purpose)?.rule ?? '';
  const entry = refusalEntry(call, { code: 'NO_APPROVAL', rule });
  await deps.log.append([
    { ...entry, ...(attempt !== undefined && { attempt }), ...(about !== undefined && { about }) },
  ]);
  throw new Problem('NO_APPROVAL', { rule, reason: reasonText(pack, 'NOT_APPROVED') });
}

const instantOf = ({ now }: ReleaseCall) => new Date(now).toISOString();

/** What a release that needs an approval is answered in its place. */
export type FiledAnswer = SentRequest & { request: string; receipt?: Receipt };

/**
 * Where all is in place but an approval, and no request is named, files the request. Nobody's record is looked at but
 * for the county that it lies in.
 * @returns `null` where the release goes its ordinary way, be that to a refusal
 * @throws Problem as a release does
 */
export async function fileInstead(call: ReleaseCall): Promise<FiledAnswer | null> {
  const { deps, pack, session, ask, now } = call;
  if (!waitsForApproval(call)) return null;
  const screening = screen(pack, session.caller, { ...ask, request: '' }, now);
  if (!screening.ok) return null;
  const [freezes] = await Promise.all([currentFreezes(deps), session.replay.claim(ask.officer)]);
  const frozen = frozenRefusal(pack, freezes, { ...ask, agency: session.caller.clientId });
  if (frozen) await refuseFiling(call, frozen);
  const found = await findSubjects(call, call.subjects);
  const subjects = found.map(({ subject }) => subject);
  const filing = { deps, pack, session, ask, names: call.subjects, subjects, screening, now };
  const filed = await fileRequest(filing);
  if (!filed) {
    const purpose = pack.purposes.get(ask.purpose);
    await refuseFiling(call, { code: 'NO_APPROVAL', rule: purpose?.rule ?? '', reason: '' });
  }
  const { record, receipt } = filed as NonNullable<typeof filed>;
  return { request: record.id, ...sentView(record, now), ...(receipt && { receipt }) };
}

/** The purpose needs an approval as a whole, or a field does that the caller named. */
function waitsForApproval({ pack, session, ask, now }: ReleaseCall): boolean {
  if (ask.request !== undefined || !pack.approvals) return false;
  const screening = screen(pack, session.caller, ask, now);
  if (!screening.ok) return screening.code === 'NO_APPROVAL';
  return (ask.fields ?? []).some((field) => screening.withheld.get(field)?.code === 'NO_APPROVAL');
}

async function refuseFiling(
  call: ReleaseCall,
  { code, rule, reason }: Omit<Refusal, 'ok' | 'alert'>,
): Promise<never> {
  await call.deps.log.append([refusalEntry(call, { code, rule })]);
  throw new Problem(code, { rule, reason });
}
