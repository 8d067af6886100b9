/**
 * Ciphertext of a symmetric key: id of the suite ‖ key id (16 bytes) ‖ nonce ‖ ciphertext ‖ tag. Suite 1 is AES-256-GCM as KMS has it;
 * suite 2 is SM4, as in the China regions. The additional data is the header and the encryption context.
 */

import { randomBytes } from 'node:crypto';
import { decrypt } from '../../../../shared/crypto/open.ts';
import {
  encryptInto,
  expand,
  extract,
  type FieldKeys,
  intoKey,
  isAead,
} from '../../../../shared/crypto/primitives.ts';
import { type Suite, suiteNamed } from '../../../../shared/crypto/suites.ts';
import { contextBytes, type EncryptionContext } from './context.ts';
import { KmsError } from './errors.ts';
import type { Key } from './keys.ts';

const HEADER = 17;

export function wrap(suite: Suite, key: Key, body: Buffer, context: EncryptionContext): Buffer {
  const header = Buffer.concat([Buffer.of(suite.id), idBytes(key.id)]);
  const nonce = randomBytes(suite.nonceBytes);
  const aad = Buffer.concat([header, contextBytes(context)]);
  const sealed = Buffer.alloc(body.length + suite.tagBytes);
  encryptInto(sealed, 0, suite, keysOf(suite, key), { nonce, aad, body });
  return Buffer.concat([header, nonce, sealed]);
}

/**
 * @throws KmsError IncorrectKeyException if another key of this KMS made the blob, InvalidCiphertextException
 * for every other reason.
 */
export function unwrap(key: Key, blob: Buffer, context: EncryptionContext): Buffer {
  const suite = suiteNamed('id', blob[0]);
  if (!suite || blob.length < HEADER + suite.nonceBytes + suite.tagBytes) throw invalid();
  const header = blob.subarray(0, HEADER);
  if (!header.subarray(1).equals(idBytes(key.id))) {
    throw new KmsError('IncorrectKeyException', 'The key is not the one that made the ciphertext');
  }
  const start = HEADER + suite.nonceBytes;
  const plaintext = decrypt(suite, keysOf(suite, key), {
    nonce: blob.subarray(HEADER, start),
    aad: Buffer.concat([header, contextBytes(context)]),
    body: blob.subarray(start, -suite.tagBytes),
    tag: blob.subarray(-suite.tagBytes),
  });
  if (!plaintext) throw invalid();
  return plaintext;
}

/** One key serves both suites, so that a ring opens what it wrapped under the other setting: that of SM4 is derived. */
function keysOf(suite: Suite, { object }: Key): FieldKeys {
  if (isAead(suite)) return { encryption: object, authentication: null };
  const secret = extract(suite, object.export());
  const of = (use: string, bytes?: number) => intoKey(expand(suite, secret, Buffer.from(use)), bytes);
  return {
    encryption: of('local KMS encryption', suite.keyBytes),
    authentication: of('local KMS authentication'),
  };
}

function idBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function invalid(): KmsError {
  return new KmsError('InvalidCiphertextException', 'The ciphertext or its encryption context is not valid');
}
