/**
 * Ciphertext of a symmetric key: version 1 ‖ key id (16 bytes) ‖ nonce (12) ‖ AES-256-GCM ciphertext ‖ tag (16).
 * The additional data is the header and the encryption context.
 */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { contextBytes, type EncryptionContext } from './context.ts';
import { KmsError } from './errors.ts';
import type { Key } from './keys.ts';

const VERSION = 1;
const HEADER = 17;
const NONCE = 12;
const TAG = 16;
const OPTIONS = { authTagLength: TAG } as const;

export function wrap(key: Key, plaintext: Uint8Array, context: EncryptionContext): Buffer {
  const header = Buffer.concat([Buffer.from([VERSION]), idBytes(key.id)]);
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key.object, nonce, OPTIONS);
  cipher.setAAD(Buffer.concat([header, contextBytes(context)]));
  return Buffer.concat([header, nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/**
 * @throws KmsError IncorrectKeyException if another key of this KMS made the blob, InvalidCiphertextException
 * for every other reason.
 */
export function unwrap(key: Key, blob: Buffer, context: EncryptionContext): Buffer {
  if (blob.length < HEADER + NONCE + TAG || blob[0] !== VERSION) throw invalid();
  const header = blob.subarray(0, HEADER);
  if (!header.subarray(1).equals(idBytes(key.id))) {
    throw new KmsError('IncorrectKeyException', 'The key is not the one that made the ciphertext');
  }
  const body = blob.subarray(HEADER);
  const decipher = createDecipheriv('aes-256-gcm', key.object, body.subarray(0, NONCE), OPTIONS);
  decipher.setAAD(Buffer.concat([header, contextBytes(context)]));
  decipher.setAuthTag(body.subarray(-TAG));
  try {
    return Buffer.concat([decipher.update(body.subarray(NONCE, -TAG)), decipher.final()]);
  } catch {
    throw invalid();
  }
}

function idBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function invalid(): KmsError {
  return new KmsError('InvalidCiphertextException', 'The ciphertext or its encryption context is not valid');
}
