/**
 * Reads old entries of a verified log again, some bundles by chance: who changes one without changing the tree is found sooner or
 * later, and who changes many at once soon. Hashes are trusted downwards from the edge, which the log's signature covers.
 */
import { randomInt } from 'node:crypto';
import type { Checkpoint } from '../../tree/checkpoint.ts';
import { equal } from '../../tree/commitments.ts';
import type { Edge } from '../../tree/grow.ts';
import { hashLeaf } from '../../tree/merkle.ts';
import { hashOfSubtree, readHashes, TILE_WIDTH, tilePath, unpackEntries } from '../../tree/tiles.ts';
import { sha256 } from '../node-crypto.ts';
import { LogError } from './fault.ts';

type Read = (path: string) => Promise<Uint8Array | null>;
type Levels = Edge['levels'];

/**
 * @param bundles how many full bundles of entries are read at most, 256 entries each
 * @returns how many entries were read
 * @throws LogError BUNDLE or TILE for the first that is not what was verified
 */
export async function sampleOld(
  read: Read,
  { checkpoint, levels }: { checkpoint: Pick<Checkpoint, 'size'>; levels: Levels },
  bundles: number,
): Promise<number> {
  const full = Math.floor(checkpoint.size / TILE_WIDTH);
  const drawn = new Set<number>();
  while (drawn.size < Math.min(bundles, full)) drawn.add(randomInt(full));
  for (const index of drawn) await readAgain(read, levels, index);
  return drawn.size * TILE_WIDTH;
}

async function readAgain(read: Read, levels: Levels, index: number): Promise<void> {
  const path = tilePath({ level: 'entries', index, width: TILE_WIDTH });
  const leaves = unpackEntries((await read(path)) ?? new Uint8Array(), TILE_WIDTH);
  if (!leaves) throw new LogError('BUNDLE', path);
  const hashes = leaves.map((leaf) => hashLeaf(sha256, leaf));
  if (!equal(hashOfSubtree(sha256, hashes), await hashAt(read, levels, 1, index)))
    throw new LogError('TILE', path);
}

/** The hash of a level of tiles: from the edge, or from a stored tile that leads to the edge. */
async function hashAt(read: Read, levels: Levels, level: number, index: number): Promise<Uint8Array> {
  const [tile, place] = [Math.floor(index / TILE_WIDTH), index % TILE_WIDTH];
  // The edge holds the last tile of a level, for which no hash of the level above stands.
  if (tile === countOf(levels, level + 1)) return levels[level]?.[place] as Uint8Array;
  const path = tilePath({ level, index: tile, width: TILE_WIDTH });
  const hashes = readHashes((await read(path)) ?? new Uint8Array(), TILE_WIDTH);
  if (!hashes || !equal(hashOfSubtree(sha256, hashes), await hashAt(read, levels, level + 1, tile)))
    throw new LogError('TILE', path);
  return hashes[place] as Uint8Array;
}

/** Hashes at a level: those of its last tile, and a full tile for each hash of the level above. */
function countOf(levels: Levels, level: number): number {
  if (level >= levels.length) return 0;
  return (levels[level]?.length ?? 0) + TILE_WIDTH * countOf(levels, level + 1);
}
