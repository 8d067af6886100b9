/**
 * Opens the tasks that log entries require. A release opens none itself, for two reasons. Whether a task is
 * opened depends on the person, so the time of the put would reveal the kind of refusal. And a failed put
 * would lose a task. This pass misses no entry, may stop at any point and may be repeated.
 */

import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import { asSubjectId } from '../../../shared/ids.ts';
import type { Entry } from '../../../shared/log/entry/entry.ts';
import { OPEN_MS } from '../../../shared/log/read/index-rows.ts';
import { readEntriesById, type StoredEntry } from '../../../shared/log/read/read.ts';
import { walkPages } from '../../../shared/log/read/walk.ts';
import type { Pack, TaskKind } from '../../../shared/policy/pack/pack.ts';
import {
  inboxOfAgency,
  inboxOfDepartment,
  movePosition,
  readPosition,
} from '../../../shared/records/casework/tasks.ts';
import { type Outline, readOutline } from '../../../shared/records/subject/outlines.ts';
import type { Work } from '../../http/scheduled.ts';
import { taskKeyOf, tellsNobody } from '../../steps/notices.ts';
import { openTaskFor } from '../act.ts';
import type { Follower } from '../deps.ts';
import { askToDelete } from './ask-to-delete.ts';
import { askToDeleteAtEnd } from './delete-at-end.ts';
import { askToReviewStop } from './review-stop.ts';
import { askToWeigh } from './weigh-reason.ts';

/** Milliseconds before the position that are read again: an append may have been in progress, and some entries wait so long. */
const OVERLAP = OPEN_MS;
/** Milliseconds of the longest span of one step. */
const STEP = 24 * 60 * 60_000;
/** Milliseconds that a first run reads back. */
const FIRST = 24 * 60 * 60_000;
const PAGE = 500;
/** Entries that are handled concurrently. */
const AT_ONCE = 20;
/** Failed entries that are kept with the position. */
const KEPT = 100;

/** Kinds of entries that never require a task. With writes, of which the half about who acted says whether they stop something, they are most of the log. */
const SILENT = ['attempt', 'writer', 'maintenance', 'task', 'alert', 'review'];
const passes = (kind: string) => kind === 'intake' || SILENT.includes(kind);

/** Entries that failed, with their times in epoch milliseconds. They are kept until they succeed. */
type Failed = Map<string, number>;

/**
 * Follows the log up to now in steps; the position moves after each step. Entries that failed before are tried first.
 * @returns the number of entries that required a task
 */
export async function followLog(follower: Follower, goOn: () => boolean, work: Work): Promise<number> {
  const { deps, handled } = follower;
  const { tables } = deps;
  const now = deps.now();
  let count = 0;
  const followed = await readPosition(tables.tasks);
  const { failed } = followed;
  let [position, stored] = [followed.until, followed.until];
  for (const [id, at] of handled) if (at < now - 2 * OVERLAP) handled.delete(id);
  count += await retry(follower, work, failed);
  while (goOn()) {
    const last = position ?? now - FIRST;
    const to = Math.min(now, last + STEP);
    count += await followSpan(follower, work, { from: last - OVERLAP, to: to + 1 }, failed);
    position = Math.max(to, last);
    const next = positionAt(position, failed);
    // A concurrent run may have moved it; both then opened the same tasks, which is harmless.
    if (await movePosition(tables.tasks, next, stored)) stored = next.until;
    if (to >= now) break;
  }
  return count;
}

/** The oldest failed entries are kept by id. If there are more, the position stays at the next, so the rest is read again. */
function positionAt(until: number, failed: Failed): { until: number; failed: Failed } {
  const oldest = [...failed].sort(([, a], [, b]) => a - b);
  return { until: Math.min(until, oldest[KEPT]?.[1] ?? until), failed: new Map(oldest.slice(0, KEPT)) };
}

/** @param failed those that succeed are removed */
async function retry(follower: Follower, work: Work, failed: Failed): Promise<number> {
  let count = 0;
  const again = async (id: string) => {
    const some = await readEntriesById(follower.deps.store, [id]);
    const lookUp = await subjectsOf(follower, some);
    const [result] = await Promise.all(some.map((stored) => followEntry(follower, stored, lookUp)));
    if (result === 'later') return;
    failed.delete(id);
    if (result === 'done') count++;
  };
  const ids = [...failed.keys()];
  for (let at = 0; at < ids.length; at += AT_ONCE)
    await Promise.all(ids.slice(at, at + AT_ONCE).map((id) => work.item(() => again(id))));
  return count;
}

async function followSpan(
  follower: Follower,
  work: Work,
  span: { from: number; to: number },
  failed: Failed,
): Promise<number> {
  const { deps, handled } = follower;
  let count = 0;
  const seen = ({ writer, seq }: { writer: string; seq: number }) => handled.has(`${writer}-${seq}`);
  const query = { ...span, filter: {}, limit: PAGE, seen, passes, asked: span };
  for await (const page of walkPages(deps.store, query)) {
    // Oldest first, because the time limit of a task starts with the first entry that requires it.
    const fresh = page
      .filter(({ id, entry }) => !handled.has(id) && !failed.has(id) && !isSilent(entry))
      .reverse();
    const lookUp = await subjectsOf(follower, fresh);
    const later = new Set<string>(failed.keys());
    for (let at = 0; at < fresh.length; at += AT_ONCE) {
      const some = fresh.slice(at, at + AT_ONCE);
      // One that fails is told, stops no other one, and is tried again at each pass. Those of one person go in their order.
      const turns = new Map<string, Promise<EntryResult | null>>();
      const done = await Promise.all(
        some.map(async (stored) => {
          const name = lookUp.nameOf(stored) ?? stored.id;
          const before = turns.get(name);
          const turn = (async () => {
            await before;
            return work.item(() => followEntry(follower, stored, lookUp));
          })();
          turns.set(name, turn);
          return turn;
        }),
      );
      for (const [i, { id, entry }] of some.entries()) {
        if (done[i] === null) failed.set(id, entry ? Date.parse(entry.time) : span.from);
        if (done[i] === 'later' || done[i] === null) later.add(id);
        if (done[i] === 'done') count++;
      }
    }
    note(
      follower,
      page.filter(({ id }) => !later.has(id)),
    );
  }
  return count;
}

const isSilent = (entry: Entry | null) =>
  entry !== null && (SILENT.includes(entry.kind) || (entry.kind === 'intake' && entry.rule === undefined));

/** Each pass reads the last minutes again: an item whose leaves are all handled is noted as a whole and passed over. */
function note({ deps, handled }: Follower, entries: readonly StoredEntry[]): void {
  const now = deps.now();
  for (const { id } of entries) handled.set(id, now);
  for (const { id, leaves } of entries) {
    const item = id.slice(0, id.lastIndexOf('-'));
    const all = Array.from({ length: leaves }, (_, leaf) => `${item}-${leaf}`);
    if (!all.every((one) => handled.has(one))) continue;
    for (const one of all) handled.delete(one);
    handled.set(item, now);
  }
}

type EntryResult = 'done' | 'nothing' | 'later';

async function followEntry(follower: Follower, stored: StoredEntry, lookUp: LookUp): Promise<EntryResult> {
  const { entry } = stored;
  // Damaged entries are reported by the checks of the log.
  if (!entry) return 'nothing';
  const reviewed = await askToReviewStop(follower, stored);
  if (entry.kind === 'consent') {
    const deleting = await askToDelete(follower, stored);
    return reviewed && deleting === 'nothing' ? 'done' : deleting;
  }
  if (reviewed) return 'done';
  if (entry.kind !== 'decision' && entry.kind !== 'denial') return 'nothing';
  if (await askToWeigh(follower, stored)) return 'done';
  const ending = await askToDeleteAtEnd(follower, stored);
  const kinds = kindsFor(follower.pack, stored);
  if (kinds.length === 0) return ending ? 'done' : 'nothing';
  const outline = await lookUp.outlineOf(stored);
  if (!outline) return 'nothing';
  for (const [name, kind] of kinds) await openFor(follower, stored, outline, name, kind);
  return 'done';
}

/**
 * Tasks by the reason of a decision, otherwise by its obligations. The reason of a refusal is a word outside
 * the leaf.
 */
function kindsFor(pack: Pack, { entry, words }: StoredEntry): (readonly [string, TaskKind])[] {
  if (entry?.kind === 'decision' && tellsNobody(pack, entry)) return [];
  const reason = entry?.code ?? words.finding ?? '';
  const implied = impliedBy(pack, reason);
  const named = [...pack.tasks].filter(([, { from }]) => from === reason);
  const due = entry?.kind === 'denial' ? [...implied] : (entry?.obligations ?? []);
  const left = new Set(due.filter((obligation) => named.length === 0 || !implied.has(obligation)));
  return [...named, ...[...pack.tasks].filter(([, { from }]) => from !== undefined && left.has(from))];
}

/** Obligations of the verdicts that have this reason. */
function impliedBy({ consent }: Pack, reason: string): Set<string> {
  const rows = consent.sections.flatMap((section) => section.rows).filter((row) => row.reason === reason);
  const verdicts = new Set(rows.map(({ verdict }) => verdict));
  const known = consent.verdicts.filter(({ verdict }) => verdicts.has(verdict));
  return new Set(known.flatMap(({ obligations }) => obligations));
}

interface LookUp {
  /** The internal id of the subject. */
  nameOf(stored: StoredEntry): string | undefined;
  outlineOf(stored: StoredEntry): Promise<Outline | null>;
}

/**
 * An entry names its subject by log id only. The internal id is a word of the entry or of its attempt. The
 * attempts of a page are read together, and each subject once.
 */
async function subjectsOf({ deps, pack }: Follower, page: readonly StoredEntry[]): Promise<LookUp> {
  const ids = page
    .filter((stored) => stored.words.subject === undefined && kindsFor(pack, stored).length > 0)
    .flatMap(({ entry }) => entry?.attempt ?? []);
  const attempts = new Map<string, string | undefined>();
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = await readEntriesById(deps.store, ids.slice(at, at + AT_ONCE));
    for (const { id, words } of some) attempts.set(id, words.subject);
  }
  const departments = [...pack.departments.keys()];
  const outlines = new Map<string, Promise<Outline | null>>();
  const nameOf: LookUp['nameOf'] = ({ entry, words }) => words.subject ?? attempts.get(entry?.attempt ?? '');
  return {
    nameOf,
    async outlineOf(stored) {
      const subject = nameOf(stored);
      if (subject === undefined) return null;
      const known = outlines.get(subject);
      if (known !== undefined) return known;
      const outline = readOutline(deps.tables.keys, asSubjectId(subject), departments);
      outlines.set(subject, outline);
      return outline;
    },
  };
}

async function openFor(
  follower: Follower,
  { id, entry, words }: StoredEntry,
  outline: Outline,
  kind: string,
  known: TaskKind,
): Promise<void> {
  const { to, per } = known;
  if (!entry?.handler) throw new Problem('INTERNAL');
  const { agency } = entry.handler;
  const { subject, county } = outline;
  const owners = entry.owners ?? [];
  const inboxes =
    to === 'handler'
      ? [inboxOfAgency(agency)]
      : departmentsFor(entry, outline, known).map((code) => inboxOfDepartment(code, county));
  const key = taskKeyOf(follower.pack, entry, subject, per);
  // What decides about a hold must know why it is one.
  const reason = known.decides ? (entry.code ?? words.finding) : undefined;
  // Its own case, so that an office can answer all tasks of a case together.
  const own = to === 'handler' ? words.case : undefined;
  const details = { purpose: entry.purpose ?? '', agency, ...defined({ reason, case: own }) };
  for (const inbox of inboxes) {
    const name = `${kind} ${inbox} ${key}`;
    if (follower.handled.has(name)) continue;
    const task = { kind, inbox, about: id, subject, owners: [...owners], key, details };
    await openTaskFor({ ...follower, now: Date.parse(entry.time) }, task);
    // An open or closed task stays unchanged.
    follower.handled.set(name, follower.deps.now());
  }
}

/** A refused caller must not learn the reason from its own inbox. */
function departmentsFor(
  { owners = [], handler }: Entry,
  { holders }: Outline,
  { to = '', orElse = [] }: TaskKind,
): readonly string[] {
  if (to !== 'owners') return [to];
  const others = (code: string) => !handler?.departments.includes(code);
  const able = owners.filter((code) => holders.includes(code) && others(code));
  return able.length > 0 ? able : orElse.filter(others).slice(0, 1);
}
