/**
 * A file is padded before it is sealed, so that the size of its object tells little of its own: one byte 0x80, then zeros, up
 * to one of 339 sizes between 64 KiB and 100 MB, at most 3.1 % more (PADMÉ, Nikitin et al. 2019).
 */

import { FileBroken } from './chunks.ts';
import { Reader, type Source } from './reader.ts';

const LEAST = 65_536;
const MARK = 0x80;
const PIECE = 65_536;

/** Bytes of a padded file of so many bytes. */
export const paddedBytes = (bytes: number): number => Math.max(LEAST, padme(bytes + 1));

/** Keeps as many leading bits as the number of bits has bits. */
function padme(bytes: number): number {
  if (bytes < 2) return bytes;
  const exponent = Math.floor(Math.log2(bytes));
  const step = 2 ** (exponent - Math.floor(Math.log2(exponent || 1)) - 1);
  return Math.ceil(bytes / step) * step;
}

/** @throws RangeError if the source has another size than was said before */
export async function* padded(source: Source, bytes: number): AsyncGenerator<Uint8Array> {
  let seen = 0;
  for await (const piece of source) {
    seen += piece.length;
    yield piece;
  }
  if (seen !== bytes) throw new RangeError('the file has another size than it had');
  yield Uint8Array.of(MARK);
  const zeros = paddedBytes(bytes) - bytes - 1;
  for (let left = zeros; left > 0; left -= PIECE) yield new Uint8Array(Math.min(left, PIECE));
}

/** @param own as for `Reader`. @throws FileBroken unless exactly the padding follows that `padded` makes */
export async function* unpadded(source: Source, bytes: number, own = false): AsyncGenerator<Uint8Array> {
  const reader = new Reader(source, own);
  for (let left = bytes; left > 0; left -= PIECE) {
    const room = new Uint8Array(Math.min(left, PIECE));
    const piece = await reader.take(room.length, room);
    if (piece.length < room.length) throw new FileBroken();
    yield piece;
  }
  const padding = await reader.take(paddedBytes(bytes) - bytes + 1);
  const whole = padding.length === paddedBytes(bytes) - bytes;
  if (!whole || padding[0] !== MARK || padding.subarray(1).some((byte) => byte !== 0)) throw new FileBroken();
}
