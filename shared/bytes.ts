/**
 * Strict conversions between bytes and text. Node's own decoders ignore characters that they do not
 * understand. These functions accept only the one canonical encoding of the bytes.
 */

/** Unpadded base64url. */
export function toBase64url(bytes: Uint8Array): string {
  return view(bytes).toString('base64url');
}

/** @returns the bytes, or `null` if `text` is not canonical unpadded base64url. */
export function fromBase64url(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : null;
}

/** A Buffer over the same memory, not a copy. */
export function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
