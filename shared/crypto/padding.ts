/**
 * Plaintext of a field: JSON text, then 0x80, then zeros up to a bucket size. The sizes are 32 bytes times
 * powers of two, so a stored length reveals only the magnitude of a value.
 */
const SMALLEST = 32;
const MARK = 0x80;

/** Size of the padded plaintext for `length` bytes of text: the smallest bucket above it. */
export function bucket(length: number): number {
  let size = SMALLEST;
  while (size <= length) size *= 2;
  return size;
}

/** Whether padded plaintext can have this size. */
export function isBucket(size: number): boolean {
  return bucket(size - 1) === size;
}

// Most values are short. They are padded in reused memory, which saves one allocation for each field.
const scratch = Buffer.alloc(2048);

/**
 * Pads `text` while `use` runs, then wipes the padded bytes.
 * @param use must neither keep the bytes nor call `pad`
 */
export function withPadded<T>(text: string, use: (padded: Buffer) => T): T {
  // UTF-8 takes at most three bytes for one unit of a JavaScript string.
  const short = text.length * 3 < scratch.length;
  const length = short ? scratch.write(text) : Buffer.byteLength(text);
  const padded = short ? scratch.subarray(0, bucket(length)) : Buffer.alloc(bucket(length));
  if (!short) padded.write(text);
  padded.fill(0, length);
  padded[length] = MARK;
  try {
    return use(padded);
  } finally {
    padded.fill(0);
  }
}

/** @returns the text, or `null` unless the padding is exactly what `pad` makes. */
export function unpad(padded: Buffer): string | null {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end--;
  if (end < 0 || padded[end] !== MARK || bucket(end) !== padded.length) return null;
  return padded.toString('utf8', 0, end);
}
