/** Entries in the order of the tree, from a leaf on: what was appended since, each once, however late it came. */

import { Problem } from '../../shared/errors.ts';
import type { EntryId } from '../../shared/ids.ts';
import { entryId, parseLeaf } from '../../shared/log/entry/leaf.ts';
import { readCheckpoint, readTile } from '../../shared/log/files/tree-files.ts';
import { type LogFilter, matches } from '../../shared/log/read/filter.ts';
import { readEntriesById, type StoredEntry } from '../../shared/log/read/read.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import type { Verifier } from '../../shared/tree/note.ts';
import { TILE_WIDTH, unpackEntries } from '../../shared/tree/tiles.ts';
import type { AuditDeps, Auditing } from './deps.ts';

/** Bundles that one page reads. So a page of a rare filter may have no entry, and says where to go on. */
const BUNDLES = 4;
/** Ids that are read at once. */
const CHUNK = 100;

interface InOrder {
  /** With the index of each in the tree. */
  entries: { stored: StoredEntry; index: number }[];
  /** Size of the tree up to which was read. */
  since: number;
  /** Whether the tree has leaves beyond. */
  more: boolean;
}

/**
 * @param since number of leaves that the reader knows
 * @throws Problem INVALID_REQUEST beyond the signed tree
 */
export async function entriesSince(
  { tree }: Pick<AuditDeps, 'tree'>,
  { store }: Pick<Auditing, 'store'>,
  log: Verifier,
  { since, filter, limit }: { since: number; filter: LogFilter; limit: number },
): Promise<InOrder> {
  const size = (await readCheckpoint(tree, log))?.size ?? 0;
  if (since > size)
    throw new Problem('INVALID_REQUEST', { errors: [{ path: '/since', message: commonTexts.notACursor }] });
  const entries: InOrder['entries'] = [];
  let at = since;
  for await (const ids of idsFrom(tree, log, since, size)) {
    const named = ids.filter((id) => id !== null);
    const found = new Map<string, StoredEntry>(
      (await readEntriesById(store, named)).map((one) => [one.id, one]),
    );
    for (const id of ids) {
      const index = at++;
      const stored = id === null ? undefined : found.get(id);
      if (!stored || !matches(stored, filter)) continue;
      entries.push({ stored, index });
      if (entries.length === limit) return { entries, since: at, more: at < size };
    }
  }
  return { entries, since: at, more: at < size };
}

/** The ids of leaves in chunks, from one on to the end of the last bundle. The log's own leaves, which count, are no entries. */
async function* idsFrom(
  tree: AuditDeps['tree'],
  log: Verifier,
  since: number,
  size: number,
): AsyncGenerator<(EntryId | null)[]> {
  const first = Math.floor(since / TILE_WIDTH);
  for (let index = first; index < first + BUNDLES && index * TILE_WIDTH < size; index++) {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
    const bytes = await readTile(tree, log, { level: 'entries', index, width });
    const leaves = bytes && unpackEntries(bytes, width);
    if (!leaves) throw new Error('a bundle of the log is missing');
    for (let from = Math.max(0, since - index * TILE_WIDTH); from < width; from += CHUNK)
      yield leaves.slice(from, from + CHUNK).map(idOf);
  }
}

function idOf(leaf: Uint8Array): EntryId | null {
  const form = parseLeaf(Buffer.from(leaf).toString('utf8'));
  return form && entryId(form);
}
