/**
 * The platform's cryptography, each call with every option that the suite fixes. Decryption stands in a file
 * of its own, which the writer does not reach.
 */
import { createCipheriv, createHmac, hkdfSync, type KeyObject } from 'node:crypto';
import type { Suite } from './suites.ts';

/** What one encryption takes beside its key. */
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

/** HKDF without salt (RFC 5869): as many bytes as a key of the suite has. */
export function expand(suite: Suite, secret: KeyObject, info: Buffer): Buffer {
  return Buffer.from(hkdfSync(suite.hash, secret, NO_SALT, info, suite.keyBytes));
}

const NO_SALT = Buffer.alloc(0);

/** HMAC with the suite's hash. */
export function mac(suite: Suite, key: KeyObject, message: Buffer): Buffer {
  return createHmac(suite.hash, key).update(message).digest();
}
