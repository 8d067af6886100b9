/** AES-256 on a single block: a permutation of subject ids. Nothing else is encrypted under these keys. */

import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { fromBase64url } from '../bytes.ts';
import type { SubjectId } from '../ids.ts';

export const BLOCK_BYTES = 16;

export function sealBlock(key: KeyObject, block: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

export function openBlock(key: KeyObject, block: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  return Buffer.concat([decipher.update(block), decipher.final()]);
}

export function blockOf(subject: SubjectId): Buffer {
  const bytes = fromBase64url(subject);
  if (bytes?.length !== BLOCK_BYTES) throw new RangeError('a subject id has 16 bytes');
  return bytes;
}

/** A key made from these bytes, which are then overwritten. */
export function intoKey(raw: Buffer): KeyObject {
  const key = createSecretKey(raw);
  raw.fill(0);
  return key;
}
