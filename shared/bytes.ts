/**
 * Strict conversions between bytes and text. Node's own decoders ignore characters that they do not
 * understand. These functions accept only the one canonical encoding of the bytes.
 */

import { randomBytes } from 'node:crypto';

/** A random id: 16 bytes as unpadded base64url. */
export function randomId(): string {
  return toBase64url(randomBytes(16));
}

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
