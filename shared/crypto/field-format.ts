/**
 * Field ciphertext: format version (1 byte) ‖ suite id (1) ‖ key id (16) ‖ nonce ‖ ciphertext ‖ tag. The suite fixes the lengths of
 * nonce and tag.
 */

import { fromBase64url, view } from '../bytes.ts';
import { asKeyId, type KeyId } from '../ids.ts';
import { isBucket } from './padding.ts';
import { type Suite, suiteNamed } from './suites.ts';

export const FORMAT_VERSION = 1;
const KEY_ID_BYTES = 16;
export const HEADER_BYTES = 2 + KEY_ID_BYTES;

interface FieldParts {
  suite: Suite;
  /** Format version, suite id and key id. */
  header: Buffer;
  nonce: Buffer;
  body: Buffer;
  tag: Buffer;
}

/** @returns the suite of a field ciphertext, or `null` if the bytes are not of this format. */
export function suiteOf(sealed: Uint8Array): Suite | null {
  const suite = suiteNamed('id', sealed[1]);
  if (sealed[0] !== FORMAT_VERSION || !suite) return null;
  return isBucket(sealed.length - HEADER_BYTES - suite.nonceBytes - suite.tagBytes) ? suite : null;
}

/** @returns views into `sealed`, or `null` if it is not of this format or its suite is unknown. */
export function parseField(sealed: Buffer): FieldParts | null {
  const suite = suiteOf(sealed);
  if (!suite) return null;
  const nonceEnd = HEADER_BYTES + suite.nonceBytes;
  const tagStart = sealed.length - suite.tagBytes;
  return {
    suite,
    header: sealed.subarray(0, HEADER_BYTES),
    nonce: sealed.subarray(HEADER_BYTES, nonceEnd),
    body: sealed.subarray(nonceEnd, tagStart),
    tag: sealed.subarray(tagStart),
  };
}

/** Id of the data key that a sealed field names; `''` if the format is unknown. */
export function keyIdOf(sealed: Uint8Array): KeyId {
  return asKeyId(suiteOf(sealed) ? view(sealed).toString('base64url', 2, HEADER_BYTES) : '');
}

/** The 16 bytes of a key id. @throws RangeError for any other text. */
export function keyIdBytes(keyId: KeyId): Buffer {
  const bytes = fromBase64url(keyId);
  if (bytes?.length !== KEY_ID_BYTES) throw new RangeError('a key id has 16 bytes');
  return bytes;
}

/** The one error for stored data that differs from what was written. It carries no detail on purpose. */
export class SealBroken extends Error {
  constructor() {
    super('stored data failed its integrity check');
    this.name = 'SealBroken';
  }
}
