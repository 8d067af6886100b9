/**
 * The right edge of the tree of SM3, read from its files. A log that had no such tree, or has lost its files, gets it from its
 * entries, some at each step and in memory alone: what is signed next rests on nothing that another could have stored.
 */
import { isFinal } from '../../shared/log/files/stores.ts';
import { sha256, sm3 } from '../../shared/log/node-crypto.ts';
import type { Checkpoint } from '../../shared/tree/checkpoint.ts';
import { equal } from '../../shared/tree/commitments.ts';
import { type Edge, EMPTY_EDGE, edgeFiles, grow, readEdge, rootOf } from '../../shared/tree/grow.ts';
import { hashLeaf } from '../../shared/tree/merkle.ts';
import { growSm3, sm3Files, sm3Path } from '../../shared/tree/national.ts';
import { hashOfSubtree, readHashes, TILE_WIDTH, tilePath } from '../../shared/tree/tiles.ts';
import { reportFault, toProblem } from '../http/problem.ts';
import type { SequencerDeps } from './deps.ts';
import { readBundle } from './index-entries.ts';

/** Full bundles that one call reads at most, and those at once. */
const CALL = 64;
const ONCE = 8;

/** Stays after the last bundle: the step that gives a log its tree needs it again when it publishes. */
const begun = new WeakMap<SequencerDeps, Edge>();

/**
 * @param edge of the first tree, which was compared with the checkpoint
 * @param isCurrent whether the files should be there. If not, a faster sequencer has removed them
 * @returns the levels; `null` if they can't be had yet: the log grows without them, and the next call goes on
 * @throws the error of a store that can't be read, and Error if this sequencer was slower
 */
export async function sm3Levels(
  deps: SequencerDeps,
  edge: Edge,
  checkpoint: Checkpoint,
  isCurrent: () => Promise<boolean>,
): Promise<Edge['levels'] | null> {
  const { size, sm3: signed } = checkpoint;
  if (size === 0) return EMPTY_EDGE.levels;
  if (signed) {
    const known = await readEdge(size, (path) => deps.files.read(sm3Path(path)));
    if (known && Buffer.from(rootOf(sm3, known)).equals(signed)) return known.levels;
    if (!(await isCurrent())) throw new Error('another sequencer has moved on');
  }
  return fromEntries(deps, edge, checkpoint).catch((error) => {
    reportFault({ work: 'sm3' }, toProblem(error));
    return null;
  });
}

/** @throws Error if the entries are not those of the checkpoint, or other files are there */
async function fromEntries(
  deps: SequencerDeps,
  edge: Edge,
  { size, sm3: signed }: Checkpoint,
): Promise<Edge['levels'] | null> {
  const read = await readFull(deps, edge);
  if (!read) return null;
  const second = grow(sm3, read, edge.entries).edge;
  if (signed && !Buffer.from(rootOf(sm3, second)).equals(signed)) {
    begun.delete(deps);
    throw new Error(`the entries do not have the root by SM3 of the checkpoint of ${size}`);
  }
  for (const { path, bytes } of sm3Files(edgeFiles(second))) {
    const stored = await deps.files.read(path);
    if (stored && Buffer.from(stored).equals(bytes)) continue;
    await deps.files.remove(path);
    await deps.files.create(path, bytes);
  }
  return second.levels;
}

/**
 * Full tiles are stored forever, so each bundle is compared with the first tree before.
 * @returns `null` if full bundles are left
 */
async function readFull(deps: SequencerDeps, edge: Edge): Promise<Edge | null> {
  const end = edge.size - (edge.size % TILE_WIDTH);
  const known = hashesUnder(deps, edge);
  let read = begun.get(deps) ?? EMPTY_EDGE;
  if (read.size > end) read = EMPTY_EDGE;
  const until = Math.min(end, read.size + CALL * TILE_WIDTH);
  while (read.size < until) {
    const from: number = read.size;
    const count = Math.min(ONCE, (until - from) / TILE_WIDTH);
    const bundles = await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const at = from + i * TILE_WIDTH;
        const leaves = (await readBundle(deps, at, edge.size)).map((leaf) => Buffer.from(leaf));
        const own = leaves.map((leaf) => hashLeaf(sha256, leaf));
        if (!equal(hashOfSubtree(sha256, own), await known(1, at / TILE_WIDTH)))
          throw new Error('a bundle is not the one under the checkpoint');
        return leaves;
      }),
    );
    const second = growSm3(sm3, read, bundles.flat());
    const full = second.files.filter(({ path }) => isFinal(path));
    await Promise.all(full.map(({ path, bytes }) => deps.files.create(path, bytes)));
    read = second.edge;
    begun.set(deps, read);
  }
  return read.size === end ? read : null;
}

/** Hashes of the first tree by level of tiles and place. Each tile is compared with the hash above it, up to the edge. */
function hashesUnder({ files }: SequencerDeps, { size, levels }: Edge) {
  const tiles = new Map<string, Promise<Uint8Array[]>>();
  const tileAt = async (level: number, index: number): Promise<Uint8Array[]> => {
    const path = tilePath({ level, index, width: TILE_WIDTH });
    const hashes = readHashes((await files.read(path)) ?? new Uint8Array(), TILE_WIDTH);
    if (!hashes || !equal(hashOfSubtree(sha256, hashes), await hashAt(level + 1, index)))
      throw new Error('a tile is not the one under the checkpoint');
    return hashes;
  };
  const hashAt = async (level: number, place: number): Promise<Uint8Array> => {
    const index = Math.floor(place / TILE_WIDTH);
    const name = `${level} ${index}`;
    const isFull = (index + 1) * TILE_WIDTH * TILE_WIDTH ** level <= size;
    if (isFull && !tiles.has(name)) tiles.set(name, tileAt(level, index));
    const hashes = isFull ? await tiles.get(name) : levels[level];
    return hashes?.[place % TILE_WIDTH] ?? new Uint8Array();
  };
  return hashAt;
}
