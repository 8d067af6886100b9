/**
 * Repeats the erasures in the log. A restore brings back key items of an earlier instant, but not the log.
 * Two people requested each erasure at the time, and the new entry names the old one as its approval.
 */

import { Problem } from '../../../shared/errors.ts';
import type { LogId, SubjectId } from '../../../shared/ids.ts';
import type { LogStore, StoredEntry } from '../../../shared/log/read/read.ts';
import { walkEntries } from '../../../shared/log/read/walk.ts';
import { putTombstone, readState } from '../../../shared/records/subject/key-states.ts';
import { logStore } from '../../steps/log.ts';
import { entryAbout, liveItem } from '../find-subject.ts';
import type { Erasures, JobRun } from '../job-run.ts';
import { clean } from '../tombstone.ts';

/** Milliseconds back; longer than the recovery period of any table. */
const BACK = 36 * 86_400_000;
/** Milliseconds by which the clock of the log may be ahead. */
const AHEAD = 60_000;
const PAGE = 500;

/** Reads the erasures from the log, once for each run. */
export async function readErasures(run: JobRun): Promise<void> {
  run.erasures ??= await erasuresIn(logStore(run.deps), run.deps.now());
}

async function erasuresIn(store: LogStore, now: number): Promise<Erasures> {
  const all = async (kind: string) => {
    const entries: StoredEntry[] = [];
    const span = { from: now - BACK, to: now + AHEAD };
    for await (const one of walkEntries(store, span, { kind }, { limit: PAGE })) entries.push(one);
    return entries;
  };
  const [erasures, merges] = await Promise.all([all('erasure'), all('merge')]);
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
export async function replayErasure({ deps, actor, erasures }: JobRun, subject: SubjectId): Promise<boolean> {
  const { tables } = deps;
  const item = await liveItem(deps, subject);
  const erasure = item && erasures?.get(item.logId);
  if (!erasure) return false;
  if (item.merging !== null) throw new Problem('CONFLICT');
  await deps.log.append([
    { ...entryAbout(actor, item, 'delete'), kind: 'erasure', approvals: [erasure.id], outcome: 'replayed' },
  ]);
  // With the first instant of erasure, so that the answer to the second person remains true.
  if (!(await putTombstone(tables.keys, item, erasure.at))) throw new Problem('CONFLICT');
  const now = await readState(tables.keys, subject);
  if (now.state === 'erased') await clean(deps, now.tombstone);
  return true;
}
