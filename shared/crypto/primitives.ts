/**
 * Platform cryptography with every option that the suite fixes. Decryption is in a file of its own, which the
 * writer's bundle does not include.
 */

import { createCipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Suite } from './suites.ts';

/** Input of one encryption besides its key. */
export interface Sealing {
  nonce: Buffer;
  aad: Buffer;
  body: Buffer;
}

/** Writes ciphertext and tag, `body.length + suite.tagBytes` bytes, into `out` from `at` on. */
export function encryptInto(
  out: Buffer,
  at: number,
  suite: Suite,
  key: KeyObject,
  { nonce, aad, body }: Sealing,
): void {
  const cipher = createCipheriv(suite.cipher, key, nonce, { authTagLength: suite.tagBytes });
  cipher.setAAD(aad);
  cipher.update(body).copy(out, at);
  cipher.final();
  cipher.getAuthTag().copy(out, at + body.length);
}

/**
 * HKDF-Extract without salt (RFC 5869, 2.2). With `expand` it costs two thirds of `hkdfSync`, which extracts
 * again for each output.
 * @param raw stays the caller's, to be overwritten
 */
export function extract(suite: Suite, raw: Uint8Array): KeyObject {
  return intoKey(createHmac(suite.hash, NO_SALT).update(raw).digest());
}

/** HKDF-Expand (RFC 5869, 2.3) of one block, which is as many bytes as a key of the suite has. */
export function expand(suite: Suite, secret: KeyObject, info: Buffer): Buffer {
  return createHmac(suite.hash, secret).update(info).update(FIRST_BLOCK).digest();
}

// RFC 5869: a salt that is not provided is as many zeros as the hash has bytes.
const NO_SALT = createSecretKey(Buffer.alloc(32));
const FIRST_BLOCK = Buffer.of(1);

/** A key made from these bytes, which are then overwritten. */
export function intoKey(raw: Buffer): KeyObject {
  const key = createSecretKey(raw);
  raw.fill(0);
  return key;
}

/** HMAC with the suite's hash. */
export function mac(suite: Suite, key: KeyObject, message: Buffer): Buffer {
  return createHmac(suite.hash, key).update(message).digest();
}
