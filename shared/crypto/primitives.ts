/**
 * Platform cryptography with every option that the suite fixes. Decryption is in a file of its own, which the
 * writer's bundle does not include.
 */

import { createCipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { encodeParts } from '../encoding.ts';
import type { Suite } from './suites.ts';

/** Whether the cipher makes the tag itself. */
export const isAead = (suite: Suite): suite is Suite & { cipher: 'aes-256-gcm' } =>
  suite.cipher === 'aes-256-gcm';

/** The keys of one data key for its fields. */
export interface FieldKeys {
  encryption: KeyObject;
  /** Makes the tag; `null` if the cipher itself does. */
  authentication: KeyObject | null;
}

/** Input of one encryption besides its keys. */
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
  keys: FieldKeys,
  { nonce, aad, body }: Sealing,
): void {
  const tagStart = at + body.length;
  if (isAead(suite)) {
    const cipher = createCipheriv(suite.cipher, keys.encryption, nonce, { authTagLength: suite.tagBytes });
    cipher.setAAD(aad);
    cipher.update(body).copy(out, at);
    cipher.final();
    cipher.getAuthTag().copy(out, tagStart);
  } else {
    createCipheriv(suite.cipher, keys.encryption, nonce).update(body).copy(out, at);
    tagOf(suite, keys, { nonce, aad, body: out.subarray(at, tagStart) }).copy(out, tagStart);
  }
}

/** The tag of encrypt-then-MAC. @param body the ciphertext */
export function tagOf(suite: Suite, { authentication }: FieldKeys, { nonce, aad, body }: Sealing): Buffer {
  if (!authentication) throw new TypeError('no key for the tag');
  return mac(suite, authentication, encodeParts(aad, nonce, body));
}

/**
 * HKDF-Extract without salt (RFC 5869, 2.2). With `expand` it costs two thirds of `hkdfSync`, which extracts
 * again for each output.
 * @param raw stays the caller's, to be overwritten
 */
export function extract(suite: Suite, raw: Uint8Array): KeyObject {
  return intoKey(createHmac(suite.hash, NO_SALT).update(raw).digest());
}

/** HKDF-Expand (RFC 5869, 2.3) of one block of 32 bytes. */
export function expand(suite: Suite, secret: KeyObject, info: Buffer): Buffer {
  return createHmac(suite.hash, secret).update(info).update(FIRST_BLOCK).digest();
}

// RFC 5869: a salt that is not provided is as many zeros as the hash has bytes, which are 32 for each suite.
const NO_SALT = createSecretKey(Buffer.alloc(32));
const FIRST_BLOCK = Buffer.of(1);

/** A key made from the first of these bytes, all of which are then overwritten. */
export function intoKey(raw: Buffer, bytes: number = raw.length): KeyObject {
  const key = createSecretKey(raw.subarray(0, bytes));
  raw.fill(0);
  return key;
}

/** HMAC with the suite's hash. */
export function mac(suite: Suite, key: KeyObject, message: Buffer): Buffer {
  return createHmac(suite.hash, key).update(message).digest();
}
