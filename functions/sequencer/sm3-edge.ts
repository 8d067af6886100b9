/**
 * The right edge of the tree of SM3, read from its files. A log that had no such tree, or has lost its files, gets it from its
 * entries, some at each step and in memory alone: what is signed next rests on nothing that another could have stored.
 */
import { sha256, sm3 } from '../../shared/log/node-crypto.ts';
import type { Checkpoint } from '../../shared/tree/checkpoint.ts';
import { type Edge, EMPTY_EDGE, edgeFiles, grow, readEdge, rootOf } from '../../shared/tree/grow.ts';
import { growSm3, sm3Files, sm3Path } from '../../shared/tree/national.ts';
import { TILE_WIDTH } from '../../shared/tree/tiles.ts';
import { reportFault, toProblem } from '../http/problem.ts';
import type { SequencerDeps } from './deps.ts';
import { readBundle } from './index-entries.ts';

/** Full bundles that one call reads at most, and those at once. */
const CALL = 64;
const ONCE = 8;

/** Both trees up to the same full bundle. */
interface Read {
  first: Edge;
  second: Edge;
}
/** Stays after the last bundle: the step that gives a log its tree needs it again when it publishes. */
const begun = new WeakMap<SequencerDeps, Read>();

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
  { size, root, sm3: signed }: Checkpoint,
): Promise<Edge['levels'] | null> {
  const read = await readFull(deps, size);
  if (!read) return null;
  const first = grow(sha256, read.first, edge.entries).edge;
  const second = grow(sm3, read.second, edge.entries).edge;
  const isSame = Buffer.from(rootOf(sha256, first)).equals(root);
  if (!isSame || (signed && !Buffer.from(rootOf(sm3, second)).equals(signed))) {
    begun.delete(deps);
    throw new Error('the entries do not have the root of the checkpoint');
  }
  for (const { path, bytes } of sm3Files(edgeFiles(second))) {
    const stored = await deps.files.read(path);
    if (stored && Buffer.from(stored).equals(bytes)) continue;
    await deps.files.remove(path);
    await deps.files.create(path, bytes);
  }
  return second.levels;
}

/** @returns `null` if full bundles are left */
async function readFull(deps: SequencerDeps, size: number): Promise<Read | null> {
  const end = size - (size % TILE_WIDTH);
  let read = begun.get(deps);
  if (!read || read.first.size > end) read = { first: EMPTY_EDGE, second: EMPTY_EDGE };
  const until = Math.min(end, read.first.size + CALL * TILE_WIDTH);
  while (read.first.size < until) {
    const from: number = read.first.size;
    const count = Math.min(ONCE, (until - from) / TILE_WIDTH);
    const bundles = Array.from({ length: count }, (_, i) => readBundle(deps, from + i * TILE_WIDTH, size));
    const leaves = (await Promise.all(bundles)).flat().map((leaf) => Buffer.from(leaf));
    const second = growSm3(sm3, read.second, leaves);
    const full = second.files.filter(({ path }) => !path.includes('.p/'));
    await Promise.all(full.map(({ path, bytes }) => deps.files.create(path, bytes)));
    read = { first: grow(sha256, read.first, leaves).edge, second: second.edge };
    begun.set(deps, read);
  }
  return read.first.size === end ? read : null;
}
