/** The log as the watch reads it: in the order of the tree, each leaf once. */

import { defined } from '../../shared/defined.ts';
import { parseEntry } from '../../shared/log/check/chain.ts';
import type { Entry } from '../../shared/log/entry/entry.ts';
import type { WordKind } from '../../shared/log/entry/words.ts';
import type { TreeReader } from '../../shared/log/files/stores.ts';
import { readTile } from '../../shared/log/files/tree-files.ts';
import { type LogStore, readEntriesById } from '../../shared/log/read/read.ts';
import type { Verifier } from '../../shared/tree/note.ts';
import { TILE_WIDTH, unpackEntries } from '../../shared/tree/tiles.ts';

/** An entry with the words that it still opens to. */
export interface Seen {
  entry: Entry;
  words: Partial<Record<WordKind, string>>;
  /** Whom a leaf is about that must not say so itself. */
  logId?: string;
}

/** Where the bundle ends that the leaf `from` is in, or the log. */
export function endOfBundle(from: number, size: number): number {
  return Math.min(size, (Math.floor(from / TILE_WIDTH) + 1) * TILE_WIDTH);
}

/**
 * @param from index of the first leaf
 * @param until one past the last, in the same bundle
 * @throws Error when the bundle is not there though the checkpoint covers it
 */
export async function readLeaves(
  store: LogStore,
  tree: TreeReader,
  log: Verifier,
  from: number,
  until: number,
): Promise<Seen[]> {
  const index = Math.floor(from / TILE_WIDTH);
  const width = until - index * TILE_WIDTH;
  const bytes = await readTile(tree, log, { level: 'entries', index, width });
  const leaves = bytes && unpackEntries(bytes, width);
  if (!leaves) throw new Error('a bundle of the log is missing');
  // What is in the tree was checked by the sequencer: a leaf that is no entry is none of a writer's.
  const entries = leaves
    .slice(from - index * TILE_WIDTH)
    .map((leaf) => parseEntry(Buffer.from(leaf).toString('utf8')))
    .filter((entry) => entry !== null);
  const stored = await readEntriesById(
    store,
    entries.filter(({ committed }) => committed).map(({ id }) => id),
  );
  const known = new Map(stored.map((one) => [one.id, one]));
  return entries.map((entry) => {
    const { words = {}, logId } = known.get(entry.id) ?? {};
    return { entry, words, ...defined({ logId }) };
  });
}
