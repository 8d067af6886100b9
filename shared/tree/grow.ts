/**
 * Grows a tree by new leaves. What it takes and costs depends on the new leaves and on the right edge of the
 * old tree, never on the size of the log.
 */
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

/** The partial tiles of a tree: all that growing it needs to know. */
export interface Edge {
  size: number;
  /** By level, the hashes of the last tile while it is not full. */
  levels: readonly (readonly Uint8Array[])[];
  /** The leaves of the last entry bundle while it is not full. */
  entries: readonly Uint8Array[];
}

export const EMPTY_EDGE: Edge = { size: 0, levels: [], entries: [] };

export interface Growth {
  edge: Edge;
  /** Full tiles that came to be, and the partial ones of the new edge that differ from the old. */
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
  /** Adds a hash to a level; a tile that becomes full is done, and its root goes up. */
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
  // Levels above the highest one that got a hash are as they were.
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

/** The root, from the edge alone: every subtree that it is folded from ends at the edge. */
export function rootOf(sha256: Sha256, { size, levels }: Edge): Uint8Array {
  const hashOf = (node: Node) => {
    const { tile, from, count } = tileOf(node, size);
    return hashOfSubtree(sha256, (levels[tile.level as number] ?? []).slice(from, from + count));
  };
  return foldRight(sha256, planRoot(size).map(hashOf));
}

/**
 * Reads the edge of a tree from its partial tiles.
 * @returns `null` when a tile is missing or malformed. Whether the edge is that of a checkpoint is for the
 * caller to see by `rootOf`, and by its own hashes of `entries`.
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

function join(hashes: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(hashes.length * 32);
  hashes.forEach((hash, i) => {
    bytes.set(hash, i * 32);
  });
  return bytes;
}
