import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { fromBase64url } from '../bytes.ts';
import type { Json } from '../json.ts';

/** A public signing key and its allowed use. */
export interface VerifyKey {
  key: KeyObject;
  algorithms: readonly string[];
  /** RFC 7638 SHA-256 thumbprint. */
  thumbprint: string;
}

type Members = { readonly [name: string]: Json };

/** Members with private or symmetric key material, which a public key must not have. */
const SECRET = ['priv', 'd', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const EC_ALGORITHMS = ['ES256'];
const OKP_ALGORITHMS = ['EdDSA', 'Ed25519'];
const RSA_ALGORITHMS = ['PS256'];

/**
 * Reads a public JWK of one of three kinds: EC P-256, OKP Ed25519, RSA of 2048 to 4096 bits with an exponent above 2^16.
 * @returns `null` for everything else: private members, other curves, a point off the curve, members that
 * are not canonical base64url.
 */
export function readPublicJwk(jwk: Json): VerifyKey | null {
  if (!isMembers(jwk) || SECRET.some((name) => Object.hasOwn(jwk, name))) return null;
  const required = requiredMembers(jwk);
  if (required === null) return null;
  const key = importOnce(required);
  return key && { ...key, algorithms: key.algorithms.filter((name) => mayVerify(jwk, name)) };
}

/**
 * The JWK's own restrictions apply: a key for encryption verifies nothing, and a key with `alg` verifies that
 * algorithm only.
 */
function mayVerify(jwk: Members, algorithm: string): boolean {
  const [use, alg, operations] = [own(jwk, 'use'), own(jwk, 'alg'), own(jwk, 'key_ops')];
  if (use !== undefined && use !== 'sig') return false;
  if (alg !== undefined && alg !== algorithm) return false;
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
}

/** @returns the RFC 7638 SHA-256 thumbprint of a public JWK that `readPublicJwk` reads, else `null`. */
export function thumbprintOf(jwk: Json): string | null {
  return readPublicJwk(jwk)?.thumbprint ?? null;
}

/** The members that define the key, in the order of the RFC 7638 hash. */
function requiredMembers(jwk: Members): Record<string, string> | null {
  const [kty, crv] = [own(jwk, 'kty'), own(jwk, 'crv')];
  if (kty === 'EC' && crv === 'P-256') {
    const [x, y] = [bytesText(own(jwk, 'x'), 32), bytesText(own(jwk, 'y'), 32)];
    return x && y ? { crv, kty, x, y } : null;
  }
  if (kty === 'OKP' && crv === 'Ed25519') {
    const x = bytesText(own(jwk, 'x'), 32);
    return x ? { crv, kty, x } : null;
  }
  if (kty === 'RSA') {
    const [e, n] = [bytesText(own(jwk, 'e')), bytesText(own(jwk, 'n'))];
    return e && n && isExponent(e) && isModulus(n) ? { e, kty, n } : null;
  }
  return null;
}

/** Odd, above 2^16 (FIPS 186-5, A.1.1) and at most four bytes. Under an exponent of 1 anyone can sign. */
function isExponent(e: string): boolean {
  const bytes = Buffer.from(e, 'base64url');
  if (bytes.length < 3 || bytes.length > 4) return false;
  const value = bytes.readUIntBE(0, bytes.length);
  return bytes[0] !== 0 && value % 2 === 1 && value > 0x10000;
}

/** At most 4096 bits, without leading zeros, which would give one key two thumbprints. */
function isModulus(n: string): boolean {
  return n.length <= 683 && Buffer.from(n, 'base64url')[0] !== 0;
}

function own(jwk: Members, name: string): Json | undefined {
  return Object.hasOwn(jwk, name) ? jwk[name] : undefined;
}

function bytesText(value: Json | undefined, length?: number): string | null {
  if (typeof value !== 'string' || value === '') return null;
  const bytes = fromBase64url(value);
  return bytes && (length === undefined || bytes.length === length) ? value : null;
}

function importOnce(required: Record<string, string>): VerifyKey | null {
  const thumbprint = hash('sha256', JSON.stringify(required), 'base64url');
  const known = keys.get(thumbprint);
  if (known) return known;
  const key = importKey(required, thumbprint);
  if (key) remember(key);
  return key;
}

function importKey(required: Record<string, string>, thumbprint: string): VerifyKey | null {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: required, format: 'jwk' });
  } catch {
    return null;
  }
  if (required['kty'] === 'EC') return { key, algorithms: EC_ALGORITHMS, thumbprint };
  if (required['kty'] === 'OKP') return { key, algorithms: OKP_ALGORITHMS, thumbprint };
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return bits >= 2048 && bits <= 4096 ? { key, algorithms: RSA_ALGORITHMS, thumbprint } : null;
}

// Importing a key costs as much as checking a signature, and a client uses one key for a long time. The
// thumbprint determines the key, so it can be the cache's only key.
const keys = new Map<string, VerifyKey>();
const MAX_KEYS = 500;

function remember(key: VerifyKey): void {
  if (keys.size >= MAX_KEYS) keys.delete(keys.keys().next().value as string);
  keys.set(key.thumbprint, key);
}

function isMembers(value: Json): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
