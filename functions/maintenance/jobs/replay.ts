/**
 * Repeats the erasures in the log, and the last move of each record. A restore brings back key items of an earlier instant, but
 * not the log. Two people requested each at the time, and the new entry names the old one as its approval.
 */

import { Problem } from '../../../shared/errors.ts';
import type { LogId, SubjectId } from '../../../shared/ids.ts';
import type { LogFilter } from '../../../shared/log/read/filter.ts';
import type { LogStore, StoredEntry } from '../../../shared/log/read/read.ts';
import { walkEntries } from '../../../shared/log/read/walk.ts';
import { putCounty, putTombstone, readState } from '../../../shared/records/subject/key-states.ts';
import { appendOne, logStore } from '../../steps/log.ts';
import { entryAbout, liveItem } from '../find-subject.ts';
import type { JobRun, Logged } from '../job-run.ts';
import { movedEntry } from '../move-request.ts';
import { clean } from '../tombstone.ts';

/** Milliseconds back; longer than the recovery period of any table. */
const BACK = 36 * 86_400_000;
/** Milliseconds by which the clock of the log may be ahead. */
const AHEAD = 60_000;
const PAGE = 500;

/** Reads what is to be repeated from the log, once for each run. */
export async function readLogged(run: JobRun): Promise<void> {
  run.logged ??= await loggedIn(logStore(run.deps), run.deps.now());
}

async function loggedIn(store: LogStore, now: number): Promise<Logged> {
  const all = async (filter: LogFilter) => {
    const entries: StoredEntry[] = [];
    const span = { from: now - BACK, to: now + AHEAD };
    for await (const one of walkEntries(store, span, filter, { limit: PAGE })) entries.push(one);
    return entries;
  };
  const [erasures, merges, moves] = await Promise.all([
    all({ kind: 'erasure' }),
    all({ kind: 'merge' }),
    all({ kind: 'maintenance', outcome: 'moved' }),
  ]);
  return { erasures: erasedIn(erasures, merges), moves: movesIn(moves) };
}

/** @param entries newest first */
function movesIn(entries: readonly StoredEntry[]): Logged['moves'] {
  const found = new Map<string, { id: string; to: string }>();
  for (const { id, entry, words } of entries)
    if (entry?.subject !== undefined && words.area !== undefined && !found.has(entry.subject))
      found.set(entry.subject, { id, to: words.area });
  return found;
}

function erasedIn(erasures: readonly StoredEntry[], merges: readonly StoredEntry[]): Logged['erasures'] {
  const found = new Map<string, { id: string; at: string }>();
  for (const { id, entry } of erasures)
    if (entry?.subject !== undefined) found.set(entry.subject, { id, at: entry.time });
  // A double that was merged into an erased subject was erased with it. One log item holds both leaves of a
  // merge.
  const survivors = new Map(merges.flatMap((one) => leafOf(one, 'survived')));
  const joined = merges.flatMap((one) => leafOf(one, 'joined'));
  for (let added = true; added; ) {
    added = false;
    for (const [item, double] of joined) {
      const erasure = found.get(survivors.get(item) ?? '');
      if (erasure === undefined || found.has(double)) continue;
      found.set(double, erasure);
      added = true;
    }
  }
  return found;
}

function leafOf({ entry }: StoredEntry, outcome: string): [item: string, logId: LogId][] {
  if (entry?.outcome !== outcome || entry.subject === undefined) return [];
  return [[`${entry.writer}-${entry.seq}`, entry.subject]];
}

/**
 * @returns whether the subject had been restored
 * @throws Problem CONFLICT while a merge of it is unfinished: a sweep completes that
 */
export async function replaySubject({ deps, actor, logged }: JobRun, subject: SubjectId): Promise<boolean> {
  const { tables } = deps;
  const item = await liveItem(deps, subject);
  const [erasure, move] = [logged?.erasures.get(item?.logId ?? ''), logged?.moves.get(item?.logId ?? '')];
  if (!item || (!erasure && (!move || item.moved === move.id))) return false;
  if (item.merging !== null) throw new Problem('CONFLICT');
  if (!erasure) {
    const { to, id } = move as NonNullable<typeof move>;
    const { entry } = await appendOne(deps.log, movedEntry(actor, item, to, id));
    if (!(await putCounty(tables.keys, item, to, entry))) throw new Problem('CONFLICT');
    return true;
  }
  await deps.log.append([
    { ...entryAbout(actor, item, 'delete'), kind: 'erasure', approvals: [erasure.id], outcome: 'replayed' },
  ]);
  // With the first instant of erasure, so that the answer to the second person remains true.
  if (!(await putTombstone(tables.keys, item, erasure.at))) throw new Problem('CONFLICT');
  const now = await readState(tables.keys, subject);
  if (now.state === 'erased') await clean(deps, now.tombstone);
  return true;
}
