/**
 * The one encoding under every AAD, MAC, digest and derivation. Each part is its type (1 byte), its length
 * (32 bits, big-endian) and its bytes, so no two lists of parts encode to the same bytes.
 */
export type Part = string | Uint8Array | number;

const TEXT = 1;
const BYTES = 2;
const NUMBER = 3;
/** Type and length. */
const PREFIX = 5;

/**
 * @param parts text (well-formed Unicode, UTF-8), bytes, or a whole number from 0 to 2⁵³ − 1 (8 bytes)
 * @throws RangeError for a lone surrogate, which UTF-8 would turn into U+FFFD, or for another number
 */
export function encodeParts(...parts: readonly Part[]): Buffer {
  let size = 0;
  for (const part of parts) size += sizeOfPart(part);
  const out = Buffer.allocUnsafe(size);
  let at = 0;
  for (const part of parts) at = writePart(out, at, part);
  return out;
}

/** Number of bytes that `writePart` writes for this part. */
export function sizeOfPart(part: Part): number {
  if (typeof part === 'string') return PREFIX + Buffer.byteLength(part);
  return PREFIX + (typeof part === 'number' ? 8 : part.length);
}

/** Writes one part; the buffer must have room for it. @returns the offset after it */
export function writePart(out: Buffer, at: number, part: Part): number {
  const start = at + PREFIX;
  let type = BYTES;
  let length: number;
  if (typeof part === 'string') {
    if (!part.isWellFormed()) throw new RangeError('text with a lone surrogate cannot be encoded');
    type = TEXT;
    length = out.write(part, start, 'utf8');
  } else if (typeof part === 'number') {
    if (!Number.isSafeInteger(part) || part < 0)
      throw new RangeError('not a whole number from 0 to 2^53 - 1');
    type = NUMBER;
    length = 8;
    out.writeUInt32BE(Math.floor(part / 2 ** 32), start);
    out.writeUInt32BE(part % 2 ** 32, start + 4);
  } else {
    length = part.length;
    out.set(part, start);
  }
  out[at] = type;
  out.writeUInt32BE(length, at + 1);
  return start + length;
}
