/**
 * Makes proofs from tiles. The number of tiles read is proportional to the length of the proof, whatever the
 * size of the log.
 */

import { fulfil, type Node, type Plan, planConsistency, planInclusion, type Sha256 } from './merkle.ts';
import { hashOfSubtree, readHashes, type Tile, tileOf, tilePath } from './tiles.ts';

export type ReadTile = (tile: Tile) => Promise<Uint8Array | null>;

/** @returns the siblings of leaf `index` in the tree of `size`. @throws RangeError; Error for missing tiles */
export function proveInclusion(
  sha256: Sha256,
  read: ReadTile,
  index: number,
  size: number,
): Promise<Uint8Array[]> {
  return fulfilFrom(sha256, read, planInclusion(index, size), size);
}

/** @returns the proof that the tree of `first` leaves is a prefix of that of `second`. @throws as above */
export function proveConsistency(
  sha256: Sha256,
  read: ReadTile,
  first: number,
  second: number,
): Promise<Uint8Array[]> {
  return fulfilFrom(sha256, read, planConsistency(first, second), second);
}

async function fulfilFrom(sha256: Sha256, read: ReadTile, plan: Plan, size: number): Promise<Uint8Array[]> {
  const wanted = new Map(
    plan
      .flat()
      .map((node) => tileOf(node, size).tile)
      .map((tile) => [tilePath(tile), tile]),
  );
  const tiles = new Map<string, Uint8Array[]>();
  await Promise.all(
    [...wanted].map(async ([path, tile]) => {
      const hashes = readHashes((await read(tile)) ?? new Uint8Array(), tile.width);
      if (!hashes) throw new Error('a tile of the log is missing');
      tiles.set(path, hashes);
    }),
  );
  return fulfil(sha256, plan, (node: Node) => {
    const { tile, from, count } = tileOf(node, size);
    return hashOfSubtree(sha256, (tiles.get(tilePath(tile)) ?? []).slice(from, from + count));
  });
}
