/**
 * Opens the tasks that entries of the log ask for. A release opens none itself: whether one is opened depends on the
 * child, so it would cost the time that tells one refusal from another, and a put that failed would lose what the
 * log says happened. Whoever reads the log misses nothing, may stop anywhere and may do all of it again.
 */

import { Problem } from '../../../shared/errors.ts';
import type { Entry } from '../../../shared/log/entry/entry.ts';
import { readEntries, readEntriesById, type StoredEntry } from '../../../shared/log/read/read.ts';
import type { Pack, TaskKind } from '../../../shared/policy/pack/pack.ts';
import {
  inboxOfAgency,
  inboxOfDepartment,
  movePosition,
  readPosition,
} from '../../../shared/records/casework/tasks.ts';
import { type Outline, readOutline } from '../../../shared/records/subject/outlines.ts';
import { openTaskFor } from '../act.ts';
import type { Follower } from '../deps.ts';
import { askToDelete } from './ask-to-delete.ts';

/** How far behind the position entries are looked at again, in milliseconds: an append may have been on its way. */
const OVERLAP = 2 * 60_000;
/** The longest span of one step. */
const STEP = 24 * 60 * 60_000;
/** What a first run looks back to. */
const FIRST = 24 * 60 * 60_000;
const PAGE = 500;
/** Entries that are worked on at once. */
const AT_ONCE = 20;

/** Most of the log, none of which asks for a task. */
const SILENT = ['intake', 'attempt', 'writer', 'maintenance', 'task', 'alert', 'review'];

/**
 * Follows the log up to now, in steps; the position moves when a step is done.
 * @returns how many entries asked for something
 */
export async function followLog(follower: Follower, goOn: () => boolean): Promise<number> {
  const { deps, seen } = follower;
  const { tables } = deps;
  const now = deps.now();
  let count = 0;
  let position = await readPosition(tables.tasks);
  for (const [id, at] of seen) if (at < now - 2 * OVERLAP) seen.delete(id);
  while (goOn()) {
    const last = position ?? now - FIRST;
    const to = Math.min(now, last + STEP);
    count += await followSpan(follower, { from: last - OVERLAP, to: to + 1 });
    // Another run that moved it was no slower; what both did is one.
    if (to > last) await movePosition(tables.tasks, to, position);
    position = to;
    if (to >= now) break;
  }
  return count;
}

async function followSpan(follower: Follower, span: { from: number; to: number }): Promise<number> {
  const { deps, seen } = follower;
  let count = 0;
  let cursor: string | undefined;
  do {
    const query = { ...span, filter: { except: SILENT }, limit: PAGE, asked: span };
    const page = await readEntries(deps.store, { ...query, ...(cursor !== undefined && { cursor }) });
    // The oldest first, since the time to do something runs from what first asked for it.
    const fresh = page.entries.filter(({ id }) => !seen.has(id)).reverse();
    const lookUp = await subjectsOf(follower, fresh);
    for (let at = 0; at < fresh.length; at += AT_ONCE) {
      const some = fresh.slice(at, at + AT_ONCE);
      const done = await Promise.all(some.map((stored) => followEntry(follower, stored, lookUp)));
      for (const [i, { id }] of some.entries()) {
        if (done[i] !== 'later') seen.set(id, deps.now());
        if (done[i] === 'done') count++;
      }
    }
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return count;
}

type Followed = 'done' | 'nothing' | 'later';

async function followEntry(follower: Follower, stored: StoredEntry, lookUp: LookUp): Promise<Followed> {
  const { entry } = stored;
  // What is damaged is the matter of those who check the log.
  if (!entry) return 'nothing';
  if (entry.kind === 'consent') return askToDelete(follower, stored);
  if (entry.kind !== 'decision' && entry.kind !== 'denial') return 'nothing';
  const kinds = kindsFor(follower.pack, stored);
  if (kinds.length === 0) return 'nothing';
  const outline = await lookUp(stored);
  if (!outline) return 'nothing';
  for (const [name, kind] of kinds) await openFor(follower, stored, outline, name, kind);
  return 'done';
}

/** The reason of a decision names its task; else its obligations do. A refusal tells its reason beside the leaf. */
export function kindsFor(pack: Pack, { entry, words }: StoredEntry): (readonly [string, TaskKind])[] {
  const reason = entry?.code ?? words.finding ?? '';
  const implied = impliedBy(pack, reason);
  const named = [...pack.tasks].filter(([, { from }]) => from === reason);
  const due = entry?.kind === 'denial' ? [...implied] : (entry?.obligations ?? []);
  const left = new Set(due.filter((obligation) => named.length === 0 || !implied.has(obligation)));
  return [...named, ...[...pack.tasks].filter(([, { from }]) => from !== undefined && left.has(from))];
}

/** Obligations of the verdicts that the reason comes with. */
function impliedBy({ consent }: Pack, reason: string): Set<string> {
  const rows = consent.sections.flatMap((section) => section.rows).filter((row) => row.reason === reason);
  const verdicts = new Set(rows.map(({ verdict }) => verdict));
  const known = consent.verdicts.filter(({ verdict }) => verdicts.has(verdict));
  return new Set(known.flatMap(({ obligations }) => obligations));
}

type LookUp = (stored: StoredEntry) => Promise<Outline | null>;

/**
 * An entry names its subject by log id alone; its own word, or that of its attempt, is the internal id. The attempts
 * of a page are read together, and each subject once.
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
  return async ({ entry, words }) => {
    const subject = words.subject ?? attempts.get(entry?.attempt ?? '');
    if (subject === undefined) return null;
    const known = outlines.get(subject);
    if (known !== undefined) return known;
    const outline = readOutline(deps.tables.keys, subject, departments);
    outlines.set(subject, outline);
    return outline;
  };
}

async function openFor(
  follower: Follower,
  { id, entry }: StoredEntry,
  outline: Outline,
  kind: string,
  known: TaskKind,
): Promise<void> {
  const { to, per = 'day' } = known;
  if (!entry?.handler) throw new Problem('INTERNAL');
  const { agency } = entry.handler;
  const { subject, county } = outline;
  const owners = entry.owners ?? [];
  const inboxes =
    to === 'handler'
      ? [inboxOfAgency(agency)]
      : departmentsFor(entry, outline, known).map((code) => inboxOfDepartment(code, county));
  const key = JSON.stringify([agency, entry.purpose, subject, periodOf(follower.pack, entry.time, per)]);
  const details = { purpose: entry.purpose ?? '', agency };
  for (const inbox of inboxes) {
    const name = `${kind} ${inbox} ${key}`;
    if (follower.seen.has(name)) continue;
    const task = { kind, inbox, about: id, subject, owners: [...owners], key, details };
    await openTaskFor({ ...follower, now: Date.parse(entry.time) }, task);
    // What was opened once stays so, done or not.
    follower.seen.set(name, follower.deps.now());
  }
}

/** Whoever was refused must not learn the reason from an inbox of its own. */
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

/** What makes several decisions one task: the day, month or year of the calendar. */
function periodOf({ calendar }: Pack, time: string, per: 'day' | 'month' | 'year'): string {
  const local = new Date(Date.parse(time) + calendar.utcOffsetMinutes * 60_000).toISOString();
  return local.slice(0, { day: 10, month: 7, year: 4 }[per]);
}
