/**
 * Plaintext of a field: JSON text, then 0x80, then zeros up to a bucket. Buckets are 32 bytes and its
 * doublings, so a stored length tells the magnitude of a value and nothing finer.
 */
const SMALLEST = 32;

/** Size of the padded plaintext for `length` bytes of text: the smallest bucket above it. */
export function bucket(length: number): number {
  let size = SMALLEST;
  while (size <= length) size *= 2;
  return size;
}

export function pad(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const padded = Buffer.alloc(bucket(length));
  padded.write(text, 'utf8');
  padded[length] = 0x80;
  return padded;
}

/** @returns the text, or `null` when the padding is not exactly what `pad` makes. */
export function unpad(padded: Buffer): string | null {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end--;
  if (end < 0 || padded[end] !== 0x80 || bucket(end) !== padded.length) return null;
  return padded.toString('utf8', 0, end);
}
