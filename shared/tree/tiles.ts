/** Names and contents of tiles (C2SP tlog-tiles, height 8), the files of a tree. Runs in browsers too. */
import { foldRight, HASH_BYTES, hashPair, type Node, type Sha256 } from './merkle.ts';

/** Hashes in a full tile. */
export const TILE_WIDTH = 256;
const HEIGHT = 8;

/** Tile `index` at a level of tiles. Level 0 holds leaf hashes, `entries` the leaves themselves. */
export interface Tile {
  level: number | 'entries';
  index: number;
  /** 1 to 256; less than 256 is a partial tile. */
  width: number;
}

/** `tile/<level>/<index>`, index in groups of three digits, all but the last marked by `x`. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) as string[];
  const name = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${name}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** @returns `null` for anything but the canonical name of a tile. */
export function parseTilePath(path: string): Tile | null {
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  if (!match) return null;
  const level = match[1] === 'entries' ? 'entries' : Number(match[1]);
  const index = Number((match[2] as string).replaceAll(/[x/]/g, ''));
  const width = match[3] === undefined ? TILE_WIDTH : Number(match[3]);
  const tile: Tile = { level, index, width };
  const sane = width >= 1 && width <= TILE_WIDTH && Number.isSafeInteger(index);
  return sane && tilePath(tile) === path && (level === 'entries' || level <= 63) ? tile : null;
}

/** The tile of a tree of `size` leaves from which a node's hash is computed, and the hashes used. */
export function tileOf(
  { level: nodeLevel, index }: Node,
  size: number,
): { tile: Tile; from: number; count: number } {
  const tileLevel = Math.floor(nodeLevel / HEIGHT);
  const count = 2 ** (nodeLevel - tileLevel * HEIGHT);
  const first = index * count;
  const tileIndex = Math.floor(first / TILE_WIDTH);
  const hashes = Math.floor(size / TILE_WIDTH ** tileLevel);
  const width = Math.min(TILE_WIDTH, hashes - tileIndex * TILE_WIDTH);
  return { tile: { level: tileLevel, index: tileIndex, width }, from: first - tileIndex * TILE_WIDTH, count };
}

/** Hash of the complete subtree over a power-of-two number of hashes. */
export function hashOfSubtree(sha256: Sha256, hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i < row.length; i += 2) {
      above.push(hashPair(sha256, row[i] as Uint8Array, row[i + 1] as Uint8Array));
    }
    row = above;
  }
  return row[0] ?? foldRight(sha256, []);
}

/** @returns the hashes in a tile, or `null` if its length is not that of `width` hashes. */
export function readHashes(bytes: Uint8Array, width: number): Uint8Array[] | null {
  if (bytes.length !== width * HASH_BYTES) return null;
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

/** An entry bundle: each entry after its length as 16-bit big-endian. @throws RangeError over 65,535 bytes. */
export function packEntries(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > 65_535) throw new RangeError('an entry of a tile log has at most 65,535 bytes');
    bytes[at] = entry.length >> 8;
    bytes[at + 1] = entry.length & 255;
    bytes.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bytes;
}

/** @returns the entries of a bundle, or `null` unless it holds exactly `width`. */
export function unpackEntries(bytes: Uint8Array, width: number): Uint8Array[] | null {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = ((bytes[at] as number) << 8) | (bytes[at + 1] ?? 0);
    if (at + 2 + length > bytes.length) return null;
    entries.push(bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return entries.length === width ? entries : null;
}
