/**
 * Erases again whom the log says to be erased: after a restore, which brings back key items of an earlier instant. The
 * log is not restored with them. Two people asked for each erasure then, and its entry is named as the ground now.
 */

import { Problem } from '../../../shared/errors.ts';
import { type LogStore, readEntries, type StoredEntry } from '../../../shared/log/read/read.ts';
import { putTombstone, readState } from '../../../shared/records/subject/key-states.ts';
import { logStore } from '../../steps/log.ts';
import { clean, entryOf } from '../erase.ts';
import type { Erasures, JobRun } from '../job-run.ts';

/** Longer than any table's recovery reaches back, in milliseconds. */
const BACK = 36 * 86_400_000;
/** The log's clock may be ahead of this instance's. */
const AHEAD = 60_000;
const PAGE = 500;

/** Reads the log once a run. */
export async function readErasures(run: JobRun): Promise<void> {
  run.erasures ??= await erasuresIn(logStore(run.deps), run.deps.now());
}

async function erasuresIn(store: LogStore, now: number): Promise<Erasures> {
  const all = (kind: string) => entriesOf(store, { from: now - BACK, to: now + AHEAD }, kind);
  const [erasures, merges] = await Promise.all([all('erasure'), all('merge')]);
  const found = new Map<string, { id: string; at: string }>();
  for (const { id, entry } of erasures)
    if (entry?.subject !== undefined) found.set(entry.subject, { id, at: entry.time });
  // Who was joined to somebody who was erased went with them; one item of the log holds both leaves of a merge.
  const survivors = new Map(merges.flatMap((one) => leafOf(one, 'survived')));
  const joined = merges.flatMap((one) => leafOf(one, 'joined'));
  for (let more = true; more; ) {
    more = false;
    for (const [item, double] of joined) {
      const erasure = found.get(survivors.get(item) ?? '');
      if (erasure === undefined || found.has(double)) continue;
      found.set(double, erasure);
      more = true;
    }
  }
  return found;
}

function leafOf({ entry }: StoredEntry, outcome: string): [item: string, logId: string][] {
  if (entry?.outcome !== outcome || entry.subject === undefined) return [];
  return [[`${entry.writer}-${entry.seq}`, entry.subject]];
}

async function entriesOf(
  store: LogStore,
  span: { from: number; to: number },
  kind: string,
): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = [];
  const query = { ...span, filter: { kind }, limit: PAGE, asked: { kind } };
  let cursor: string | null = null;
  do {
    const page: { entries: StoredEntry[]; cursor: string | null } = await readEntries(store, {
      ...query,
      ...(cursor !== null && { cursor }),
    });
    entries.push(...page.entries);
    cursor = page.cursor;
  } while (cursor !== null);
  return entries;
}

/**
 * @returns whether the subject was there again
 * @throws Problem CONFLICT while a merge of it is unfinished: a sweep ends that
 */
export async function replayErasure({ deps, actor, erasures }: JobRun, subject: string): Promise<boolean> {
  const { tables } = deps;
  const found = await readState(tables.keys, subject);
  if (found.state !== 'live' || found.item.subject !== subject) return false;
  const { item } = found;
  const erasure = erasures?.get(item.logId);
  if (!erasure) return false;
  if (item.merging !== null) throw new Problem('CONFLICT');
  await deps.log.append([
    { ...entryOf(actor, item), kind: 'erasure', approvals: [erasure.id], outcome: 'replayed' },
  ]);
  // From when it was erased first: what the second person was told still holds.
  if (!(await putTombstone(tables.keys, item, erasure.at))) throw new Problem('CONFLICT');
  const now = await readState(tables.keys, subject);
  if (now.state === 'erased') await clean(deps, now.tombstone);
  return true;
}
