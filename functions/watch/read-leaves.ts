/** Reads the log in the order of the tree, each leaf once. */

import type { EntryId } from '../../shared/ids.ts';
import type { ChainFault } from '../../shared/log/check/chain.ts';
import type { Entry, Words } from '../../shared/log/entry/entry.ts';
import { parseLeaf } from '../../shared/log/entry/leaf.ts';
import type { TreeReader } from '../../shared/log/files/stores.ts';
import { readTile } from '../../shared/log/files/tree-files.ts';
import type { Passes } from '../../shared/log/read/openings.ts';
import { type LogStore, readEntriesById } from '../../shared/log/read/read.ts';
import type { Verifier } from '../../shared/tree/note.ts';
import { TILE_WIDTH, unpackEntries } from '../../shared/tree/tiles.ts';

/** An entry with its words that are not erased. */
export interface ReadLeaf {
  entry: Entry;
  words: Words;
}

/** The end of the bundle that holds the leaf `from`, or the end of the log. */
export function endOfBundle(from: number, size: number): number {
  return Math.min(size, (Math.floor(from / TILE_WIDTH) + 1) * TILE_WIDTH);
}

/**
 * @param from index of the first leaf
 * @param until one past the last, in the same bundle
 * @param passes see `openEntry`
 * @throws Error if a bundle that the checkpoint covers is missing
 */
export async function readLeaves(
  store: LogStore,
  tree: TreeReader,
  log: Verifier,
  from: number,
  until: number,
  passes?: Passes,
): Promise<ReadLeaf[]> {
  const index = Math.floor(from / TILE_WIDTH);
  const width = until - index * TILE_WIDTH;
  const bytes = await readTile(tree, log, { level: 'entries', index, width });
  const leaves = bytes && unpackEntries(bytes, width);
  if (!leaves) throw new Error('a bundle of the log is missing');
  // A leaf without a writer is a count of the log itself.
  const ids = leaves
    .slice(from - index * TILE_WIDTH)
    .flatMap((leaf) => parseLeaf(Buffer.from(leaf).toString('utf8'))?.id ?? []);
  const stored = await readEntriesById(store, ids, passes);
  return stored.flatMap(({ entry, words }) => (entry ? [{ entry, words }] : []));
}

/** An entry that its writer's certificate does not cover, and the fault. */
export interface Outside {
  entry: EntryId;
  fault: ChainFault;
}

/** The sequencer accepts none of these. This check would find them even if the sequencer were compromised. */
export async function outsideOf(store: LogStore, entries: readonly ReadLeaf[]): Promise<Outside[]> {
  const writers = new Set(entries.map(({ entry }) => entry.writer));
  const firsts = await readEntriesById(
    store,
    [...writers].map((writer) => `${writer}-0-0`),
  );
  const certificates = new Map(firsts.map(({ entry }) => [entry?.writer, entry?.certificate]));
  return entries.flatMap(({ entry: { id, kind, time, writer } }): Outside[] => {
    if (kind === 'writer') return [];
    const certificate = certificates.get(writer);
    if (!certificate) return [{ entry: id, fault: 'CERTIFICATE' }];
    if (time < certificate.started || time > certificate.until) return [{ entry: id, fault: 'EXPIRED' }];
    return certificate.kinds.includes(kind) ? [] : [{ entry: id, fault: 'KIND' }];
  });
}
