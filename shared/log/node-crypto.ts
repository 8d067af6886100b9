/** The environment of the proof code, based on Node's crypto. */
import { createPublicKey, hash, verify } from 'node:crypto';
import type { VerifyCosignature } from '../tree/cosignature.ts';

/** Through a one-byte string, which costs half as much as a separate buffer. */
export function sha256(bytes: Uint8Array): Buffer {
  const digest = Buffer.allocUnsafe(32);
  digest.write(hash('sha256', bytes, 'binary'), 'latin1');
  return digest;
}

export const sm3 = (bytes: Uint8Array): Buffer => hash('sm3', bytes, 'buffer');

/** @param key raw Ed25519 public key. */
export function verifyEd25519(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return verify(null, message, publicKeyOf(key), signature);
}

/** @param raw 32 bytes. */
export function publicKeyOf(raw: Uint8Array): ReturnType<typeof createPublicKey> {
  const x = Buffer.from(raw).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

/** @returns the 32 bytes of a public key of Ed25519 */
export function rawKeyOf(key: ReturnType<typeof createPublicKey>): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url');
}

/** SubjectPublicKeyInfo of an ML-DSA-44 key (RFC 9881) up to its 1,312 bytes. */
const ML_DSA_44 = Buffer.from('30820532300b06096086480165030403110382052100', 'hex');

/** @throws Error if this Node has no ML-DSA-44 (OpenSSL before 3.5) and the witness has a key of it */
export const verifyCosignature: VerifyCosignature = ({ type, key }, message, signature) => {
  if (type === 4) return verifyEd25519(key, message, signature);
  const spki = createPublicKey({ key: Buffer.concat([ML_DSA_44, key]), format: 'der', type: 'spki' });
  return verify(null, message, spki, signature);
};
