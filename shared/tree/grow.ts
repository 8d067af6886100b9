/**
 * Grows a tree by new leaves. Input and cost depend on the new leaves and the right edge of the old tree,
 * never on the size of the log.
 */
import { join } from './commitments.ts';
import { foldRight, hashLeaf, type Node, planRoot, type Sha256 } from './merkle.ts';
import {
  hashOfSubtree,
  packEntries,
  readHashes,
  TILE_WIDTH,
  type Tile,
  tileOf,
  tilePath,
  unpackEntries,
} from './tiles.ts';

/** The partial tiles of a tree, which are all that growing it needs. */
export interface Edge {
  size: number;
  /** By level, the hashes of the last tile if it is not full. */
  levels: readonly (readonly Uint8Array[])[];
  /** The leaves of the last entry bundle if it is not full. */
  entries: readonly Uint8Array[];
}

export const EMPTY_EDGE: Edge = { size: 0, levels: [], entries: [] };

export interface Growth {
  edge: Edge;
  /** New full tiles, and the partial tiles of the new edge that differ from the old ones. */
  files: { path: string; bytes: Uint8Array }[];
}

export function grow(sha256: Sha256, before: Edge, leaves: readonly Uint8Array[]): Growth {
  const full: Growth['files'] = [];
  const levels = before.levels.map((hashes) => [...hashes]);
  let entries = [...before.entries];
  let { size } = before;
  let touched = -1;
  const put = (level: Tile['level'], count: number, bytes: Uint8Array) => {
    full.push({ path: tilePath({ level, index: count / TILE_WIDTH - 1, width: TILE_WIDTH }), bytes });
  };
  /** Adds a hash to a level. If a tile becomes full, its root is added to the next level. */
  const add = (level: number, hash: Uint8Array): void => {
    levels[level] ??= [];
    const hashes = levels[level];
    hashes.push(hash);
    touched = Math.max(touched, level);
    if (hashes.length < TILE_WIDTH) return;
    put(level, countAt(level, size), join(hashes));
    levels[level] = [];
    add(level + 1, hashOfSubtree(sha256, hashes));
  };
  for (const leaf of leaves) {
    size += 1;
    entries.push(leaf);
    if (entries.length === TILE_WIDTH) {
      put('entries', size, packEntries(entries));
      entries = [];
    }
    add(0, hashLeaf(sha256, leaf));
  }
  const edge = { size, levels, entries };
  // Levels above the highest changed one stay the same.
  return { edge, files: touched < 0 ? full : [...full, ...edgeFiles(edge, touched)] };
}

/** The partial tiles of a tree, up to a level, and its partial entry bundle. No empty tile is a file. */
export function edgeFiles({ size, levels, entries }: Edge, highest = levels.length): Growth['files'] {
  const files: Growth['files'] = [];
  const put = (level: Tile['level'], count: number, bytes: () => Uint8Array) => {
    const width = count % TILE_WIDTH;
    const index = Math.floor(count / TILE_WIDTH);
    if (width > 0) files.push({ path: tilePath({ level, index, width }), bytes: bytes() });
  };
  put('entries', size, () => packEntries(entries));
  levels.slice(0, highest + 1).forEach((hashes, level) => {
    put(level, countAt(level, size), () => join(hashes));
  });
  return files;
}

/** The root, computed from the edge only: every subtree that it is folded from ends at the edge. */
export function rootOf(sha256: Sha256, { size, levels }: Edge): Uint8Array {
  const hashOf = (node: Node) => {
    const { tile, from, count } = tileOf(node, size);
    return hashOfSubtree(sha256, (levels[tile.level as number] ?? []).slice(from, from + count));
  };
  return foldRight(sha256, planRoot(size).map(hashOf));
}

/**
 * Reads the edge of a tree from its partial tiles.
 * @returns `null` if a tile is missing or malformed. The caller must compare the edge with a checkpoint by
 * `rootOf`, and `entries` with their hashes.
 */
export async function readEdge(
  size: number,
  read: (path: string) => Promise<Uint8Array | null>,
): Promise<Edge | null> {
  const partial = (level: Tile['level'], count: number) => {
    const width = count % TILE_WIDTH;
    return { tile: tilePath({ level, index: Math.floor(count / TILE_WIDTH), width }), width };
  };
  const levels: Uint8Array[][] = [];
  for (let level = 0; countAt(level, size) > 0; level++) {
    const { tile, width } = partial(level, countAt(level, size));
    const hashes = width === 0 ? [] : readHashes((await read(tile)) ?? new Uint8Array(), width);
    if (!hashes) return null;
    levels.push(hashes);
  }
  const { tile, width } = partial('entries', size);
  const entries = width === 0 ? [] : unpackEntries((await read(tile)) ?? new Uint8Array(), width);
  return entries && { size, levels, entries };
}

/** Hashes at a level of tiles. */
function countAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}
