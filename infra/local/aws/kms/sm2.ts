/** What KMS does with a key of the spec SM2 that signs. The private key is a number of 32 bytes, which node never sees as a key. */
import { hash, type KeyObject, randomBytes } from 'node:crypto';
import { DER } from '@noble/curves/abstract/weierstrass.js';
import { Fn, numberOf, Point, SPKI, sm2Digest } from '../../../../shared/tree/sm2.ts';

const sm3 = (bytes: Uint8Array) => hash('sm3', bytes, 'buffer');

/** From 1 to n - 2: with n - 1, 1 + d has no inverse. */
export function newSm2Key(): Buffer {
  const bytes = randomBytes(32);
  const d = numberOf(bytes);
  return d > 0n && d < Fn.ORDER - 1n ? bytes : newSm2Key();
}

const publicOf = (secret: KeyObject) => Point.BASE.multiply(numberOf(secret.export()));

export const sm2Spki = (secret: KeyObject): Buffer => Buffer.concat([SPKI, publicOf(secret).toBytes(false)]);

/** Of a message under the default identity, the only one that KMS has. */
export const sm2Message = (secret: KeyObject, message: Uint8Array): Uint8Array =>
  sm2Digest(sm3, publicOf(secret), message);

/** @param k of one signature alone; given by tests */
export function sm2Sign(secret: KeyObject, digest: Uint8Array, k = numberOf(newSm2Key())): Buffer {
  const d = numberOf(secret.export());
  const r = Fn.create(numberOf(digest) + Point.BASE.multiply(k).x);
  const s = Fn.mul(Fn.inv(d + 1n), Fn.create(k - r * d));
  if (r === 0n || s === 0n || Fn.create(r + k) === 0n) return sm2Sign(secret, digest);
  return Buffer.from(DER.hexFromSig({ r, s }), 'hex');
}
