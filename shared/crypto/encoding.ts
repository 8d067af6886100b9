/**
 * The one encoding under every AAD, MAC, digest and derivation: each part is preceded by its length as a
 * 32-bit big-endian number, so no two lists of parts encode to the same bytes.
 */
import { view } from '../bytes.ts';

export type Part = string | Uint8Array | number;

/**
 * @param parts text (well-formed Unicode, UTF-8), bytes, or a whole number from 0 to 2⁵³ − 1 (8 bytes)
 * @throws RangeError for a lone surrogate, which UTF-8 would turn into U+FFFD, or for another number
 */
export function encodeParts(...parts: Part[]): Buffer {
  const encoded = parts.map(encodePart);
  const out = Buffer.allocUnsafe(encoded.reduce((size, part) => size + 4 + part.length, 0));
  let at = 0;
  for (const part of encoded) {
    at = out.writeUInt32BE(part.length, at);
    at += part.copy(out, at);
  }
  return out;
}

function encodePart(part: Part): Buffer {
  if (typeof part === 'string') {
    if (!part.isWellFormed()) throw new RangeError('text with a lone surrogate cannot be encoded');
    return Buffer.from(part, 'utf8');
  }
  if (typeof part === 'number') {
    if (!Number.isSafeInteger(part) || part < 0)
      throw new RangeError('not a whole number from 0 to 2^53 - 1');
    const bytes = Buffer.alloc(8);
    bytes.writeUIntBE(Math.floor(part / 2 ** 32), 0, 4);
    bytes.writeUInt32BE(part % 2 ** 32, 4);
    return bytes;
  }
  return view(part);
}
