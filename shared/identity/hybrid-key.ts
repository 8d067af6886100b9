/**
 * Public keys of the hybrid KEM X-Wing, which HPKE calls MLKEM768-X25519 (0x647a): an ML-KEM-768 key of 1,184 bytes, then an
 * X25519 key of 32. As a JWK `{ kty: 'AKP', alg: 'X-Wing', pub }`.
 */

import { createPublicKey, diffieHellman, generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
import { fromBase64url } from '../bytes.ts';
import type { Json } from '../json.ts';

interface HybridKey {
  kem: KeyObject;
  x25519: KeyObject;
  /** The 1,216 bytes. */
  raw: Uint8Array;
  /** RFC 7638 SHA-256 thumbprint. */
  thumbprint: string;
}

const KEM_BYTES = 1184;
const BYTES = KEM_BYTES + 32;

/** What stands before the bytes of a key in its DER (RFC 9935, RFC 8410). */
const KEM_DER = Buffer.from('308204b2300b0609608648016503040402038204a100', 'hex');
const X25519_DER = Buffer.from('302a300506032b656e032100', 'hex');

// Parsing costs as much as sealing.
const keys = new Map<string, HybridKey>();
const MAX_KEYS = 500;

/**
 * @returns `null` for everything else: private members, bytes that are no canonical base64url or no key of ML-KEM, and points
 * of X25519 with which no secret can be agreed
 */
export function readHybridJwk(jwk: Json): HybridKey | null {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) return null;
  const { kty, alg, pub } = jwk;
  if (kty !== 'AKP' || alg !== 'X-Wing' || typeof pub !== 'string') return null;
  if (['priv', 'd', 'k'].some((name) => Object.hasOwn(jwk, name))) return null;
  const thumbprint = hash('sha256', JSON.stringify({ alg, kty, pub }), 'base64url');
  const known = keys.get(thumbprint);
  if (known) return known;
  const raw = fromBase64url(pub);
  const key = raw?.length === BYTES ? parse(raw, thumbprint) : null;
  if (!key) return null;
  if (keys.size >= MAX_KEYS) keys.delete(keys.keys().next().value as string);
  keys.set(thumbprint, key);
  return key;
}

function parse(raw: Uint8Array, thumbprint: string): HybridKey | null {
  const of = (der: Buffer, bytes: Uint8Array) =>
    createPublicKey({ key: Buffer.concat([der, bytes]), format: 'der', type: 'spki' });
  try {
    const kem = of(KEM_DER, raw.subarray(0, KEM_BYTES));
    const x25519 = of(X25519_DER, raw.subarray(KEM_BYTES));
    // An answer is sealed after its release is in the log, so a point of small order is found here.
    diffieHellman({ privateKey: generateKeyPairSync('x25519').privateKey, publicKey: x25519 });
    return { kem, x25519, raw, thumbprint };
  } catch {
    return null;
  }
}
