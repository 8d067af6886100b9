/**
 * Platform cryptography with every option that the suite fixes. Decryption is in a file of its own, which the
 * writer's bundle does not include.
 */

import { createCipheriv, createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
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
 * HKDF-Extract without salt (RFC 5869, 2.2). With `expand` it costs a third of `hkdfSync`, which extracts
 * again for each output.
 * @param raw stays the caller's, to be overwritten
 * @returns bytes that the caller must overwrite
 */
export function extract(suite: Suite, raw: Uint8Array): Buffer {
  return hmac(suite, NO_SALT, raw);
}

/**
 * HKDF-Expand (RFC 5869, 2.3) of one block, which is as many bytes as a key of the suite has.
 * @returns bytes that the caller must overwrite if they are secret
 */
export function expand(suite: Suite, secret: Buffer, info: Uint8Array): Buffer {
  return hmac(suite, secret, info, FIRST_BLOCK);
}

// RFC 5869: a salt that is not provided is as many zeros as the hash has bytes.
const NO_SALT = Buffer.alloc(32);
const FIRST_BLOCK = 1;

/** Bytes of a block and of a digest of SHA-256. */
const [BLOCK, DIGEST] = [64, 32];
const inner = Buffer.alloc(2048);
const outer = Buffer.alloc(BLOCK + DIGEST);

/**
 * HMAC (RFC 2104) as two hashes of one call each: for so few bytes half as long as `createHmac`.
 * @param last one more byte of the message
 */
function hmac(suite: Suite, key: Uint8Array, message: Uint8Array, last?: number): Buffer {
  const size = BLOCK + message.length + (last === undefined ? 0 : 1);
  const text = size <= inner.length ? inner.subarray(0, size) : Buffer.alloc(size);
  for (let i = 0; i < BLOCK; i++) {
    const byte = key[i] ?? 0;
    text[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  text.set(message, BLOCK);
  if (last !== undefined) text[size - 1] = last;
  try {
    // A one-byte string costs half as much as another buffer.
    outer.write(hash(suite.hash, text, 'binary'), BLOCK, 'latin1');
    return hash(suite.hash, outer, 'buffer');
  } finally {
    text.fill(0);
    outer.fill(0);
  }
}

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
