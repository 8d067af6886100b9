/**
 * Field ciphertext: format version (1 byte) ‖ suite id (1) ‖ key id (16) ‖ nonce (12) ‖ ciphertext ‖ tag (16).
 */
import { fromBase64url, toBase64url, view } from '../bytes.ts';
import { SUITES, type Suite } from './suites.ts';

export const FORMAT_VERSION = 1;
export const KEY_ID_BYTES = 16;
export const HEADER_BYTES = 2 + KEY_ID_BYTES;

export interface FieldParts {
  suite: Suite;
  keyId: string;
  nonce: Buffer;
  body: Buffer;
  tag: Buffer;
}

/** @returns views into `sealed`, or `null` when it is not of this format, an unknown suite included. */
export function parseField(sealed: Buffer): FieldParts | null {
  const suite = SUITES.get(sealed[1] ?? 0);
  if (sealed[0] !== FORMAT_VERSION || !suite) return null;
  const nonceEnd = HEADER_BYTES + suite.nonceBytes;
  const tagStart = sealed.length - suite.tagBytes;
  if (tagStart <= nonceEnd) return null;
  return {
    suite,
    keyId: toBase64url(sealed.subarray(2, HEADER_BYTES)),
    nonce: sealed.subarray(HEADER_BYTES, nonceEnd),
    body: sealed.subarray(nonceEnd, tagStart),
    tag: sealed.subarray(tagStart),
  };
}

/** Id of the data key that a sealed field names; `''` when the bytes are of no known format. */
export function keyIdOf(sealed: Uint8Array): string {
  return parseField(view(sealed))?.keyId ?? '';
}

/** The 16 bytes of a key id. @throws RangeError when it is not one. */
export function keyIdBytes(keyId: string): Buffer {
  const bytes = fromBase64url(keyId);
  if (bytes?.length !== KEY_ID_BYTES) throw new RangeError('a key id has 16 bytes');
  return bytes;
}
