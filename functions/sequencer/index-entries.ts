/** What the index of the log learns of the entries that a step puts into the tree. */
import type { Entry } from '../../shared/log/entry.ts';
import { type Indexed, type IndexRow, indexKeys, makeRows } from '../../shared/log/index-rows.ts';
import type { IndexPosition } from '../../shared/log/index-table.ts';
import { parseEntryId } from '../../shared/log/leaf.ts';
import { TILE_WIDTH, tilePath, unpackEntries } from '../../shared/tree/tiles.ts';
import type { SequencerDeps } from './sequence.ts';

/** The index as it is stored. Repeating any write of it is fine. */
export interface LogIndex {
  position(): Promise<IndexPosition | null>;
  /** Resolves once all rows are stored. */
  add(rows: readonly IndexRow[]): Promise<void>;
  /** Says how far the index reaches, unless it is known to reach further already. */
  advance(position: IndexPosition): Promise<void>;
}

/**
 * Rows for leaves that stand together in the tree.
 * @param leaves that were checked before
 * @param first index of the first of them
 */
export async function rowsOf(
  deps: Pick<SequencerDeps, 'writers'>,
  leaves: readonly string[],
  first: number,
): Promise<IndexRow[]> {
  const entries = leaves.map((text) => JSON.parse(text) as Entry);
  const times = new Map(entries.map(({ writer, seq, time }) => [`${writer}-${seq}`, time]));
  const keyed: { key: string; indexed: Indexed }[] = [];
  for (const entry of entries) {
    const { time: at, writer, seq, leaf } = entry;
    for (const key of indexKeys(entry)) keyed.push({ key, indexed: { at, writer, seq, leaf } });
    const attempt = await attemptOf(deps, entry, times);
    if (attempt) keyed.push({ key: `subject:${entry.subject}`, indexed: attempt });
  }
  return makeRows(keyed, first);
}

/** An attempt does not name its subject; the decision that completes it names both. */
async function attemptOf(
  { writers }: Pick<SequencerDeps, 'writers'>,
  { subject, attempt }: Entry,
  times: ReadonlyMap<string, string>,
): Promise<Indexed | null> {
  const place = subject === undefined || attempt === undefined ? null : parseEntryId(attempt);
  if (!place) return null;
  const { writer, seq } = place;
  const at = times.get(`${writer}-${seq}`) ?? (await writers.itemsAfter(writer, seq - 1, 1))[0]?.at;
  return at === undefined ? null : { ...place, at };
}

/** Bundles that catching up reads at once. */
const BUNDLES = 8;

/** Brings an index that is new, or was restored, to the size of the tree. */
export async function catchUp(deps: SequencerDeps, size: number, until: number): Promise<void> {
  const known = await deps.index.position();
  if (known && known.size >= size) return;
  const start = Math.floor((known?.size ?? 0) / TILE_WIDTH) * TILE_WIDTH;
  for (let from = start; from < size; from += BUNDLES * TILE_WIDTH) {
    const to = Math.min(size, from + BUNDLES * TILE_WIDTH);
    const leaves: string[] = [];
    for (let at = from; at < to; at += TILE_WIDTH) {
      const width = Math.min(TILE_WIDTH, to - at);
      const bytes = await deps.files.read(tilePath({ level: 'entries', index: at / TILE_WIDTH, width }));
      const bundle = bytes && unpackEntries(bytes, width);
      if (!bundle) throw new Error('a bundle of the log is missing');
      leaves.push(...bundle.map((leaf) => Buffer.from(leaf).toString('utf8')));
    }
    await deps.index.add(await rowsOf(deps, leaves, from));
    await deps.index.advance({ size: to, until: to === size ? until : 0 });
  }
}
