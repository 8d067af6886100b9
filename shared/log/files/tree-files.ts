/** The public files of the log, in stored form. */

import { type Checkpoint, openCheckpoint } from '../../tree/checkpoint.ts';
import type { Verifier } from '../../tree/note.ts';
import { SIGNATURE_BYTES, signaturesPath } from '../../tree/signatures.ts';
import {
  packEntries,
  parseTilePath,
  TILE_WIDTH,
  type Tile,
  tilePath,
  unpackEntries,
} from '../../tree/tiles.ts';
import { verifyEd25519 } from '../node-crypto.ts';
import type { TreeReader } from './stores.ts';

/** A file by its public name; `null` if the name is invalid or the file does not exist. */
export async function treeFile(
  tree: TreeReader,
  log: Verifier,
  path: string,
): Promise<{ bytes: Uint8Array; final: boolean } | null> {
  // Of the tree by SM3. Its entries are those of the first.
  const isSecond = path.startsWith('sm3/');
  const named = parseName(isSecond ? path.slice(4) : path);
  const bytes =
    named && (await readTile(isSecond ? secondTree(tree) : tree, log, named.tile, named.signatures));
  return bytes && { bytes, final: named.tile.width === TILE_WIDTH };
}

/** The tree by SM3 in place of the first one. */
export const secondTree = (tree: TreeReader): TreeReader => ({
  read: (name) => tree.read(name === 'checkpoint' ? name : `sm3/${name}`),
});

function parseName(path: string): { tile: Tile; signatures: boolean } | null {
  const signatures = path.startsWith('signatures/');
  const tile = parseTilePath(signatures ? path.replace('signatures/', 'tile/entries/') : path);
  return tile && !(signatures && tile.level !== 'entries') ? { tile, signatures } : null;
}

/** The partial file of this name, out of a wider one. @param width of the wider one */
export function outOfWider(path: string, bytes: Uint8Array, width: number): Uint8Array | null {
  const named = parseName(path.replace(/^sm3\//, ''));
  return named && width > named.tile.width ? cut(bytes, width, named.tile, named.signatures) : null;
}

/**
 * A tile of any width. Wider partial files replace narrower ones as the log grows, and a narrow tile is a
 * prefix of a wide one.
 */
export async function readTile(
  tree: TreeReader,
  log: Verifier,
  tile: Tile,
  signatures = false,
): Promise<Uint8Array | null> {
  const read = (width: number) =>
    tree.read(signatures ? signaturesPath(tile.index, width) : tilePath({ ...tile, width }));
  const exact = await read(tile.width);
  if (exact || tile.width === TILE_WIDTH) return exact;
  const full = await read(TILE_WIDTH);
  if (full) return cut(full, TILE_WIDTH, tile, signatures);
  // Tries the current partial file twice, because it may be replaced in between.
  for (let look = 0; look < 2; look++) {
    const checkpoint = await readCheckpoint(tree, log);
    const level = tile.level === 'entries' ? 0 : tile.level;
    const width = Math.floor((checkpoint?.size ?? 0) / TILE_WIDTH ** level) - tile.index * TILE_WIDTH;
    if (width < tile.width) return null;
    const wider = await read(Math.min(width, TILE_WIDTH));
    if (wider) return cut(wider, Math.min(width, TILE_WIDTH), tile, signatures);
  }
  return null;
}

function cut(
  bytes: Uint8Array,
  from: number,
  { level, width }: Tile,
  signatures: boolean,
): Uint8Array | null {
  if (signatures) return bytes.subarray(0, width * SIGNATURE_BYTES);
  if (level !== 'entries') return bytes.subarray(0, width * 32);
  const entries = unpackEntries(bytes, from);
  return entries && packEntries(entries.slice(0, width));
}

/** The current checkpoint; `null` before the first step. @throws Error if the log's key did not sign it */
export async function readCheckpoint(
  tree: TreeReader,
  log: Verifier,
): Promise<(Checkpoint & { note: Uint8Array }) | null> {
  const note = await tree.read('checkpoint');
  if (!note) return null;
  const checkpoint = await openCheckpoint(note, log, verifyEd25519);
  if (!checkpoint) throw new Error('the checkpoint of the log is not signed by its key');
  return { ...checkpoint, note };
}
