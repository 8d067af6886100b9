/**
 * Strict conversions between bytes and text. Node's own decoders drop what they do not understand;
 * these demand that the text is the one canonical encoding of its bytes.
 */

/** Unpadded base64url. */
export function toBase64url(bytes: Uint8Array): string {
  return view(bytes).toString('base64url');
}

/** @returns the bytes, or `null` when `text` is not canonical unpadded base64url. */
export function fromBase64url(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : null;
}

/** A Buffer over the same memory, without a copy. */
export function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
