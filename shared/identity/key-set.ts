import type { Json } from '../json.ts';
import { readPublicJwk } from './jwk.ts';

/** A public key as it is registered: what makes the key, what it is called, what it is for. */
export type RegisteredKey = {
  kty: string;
  kid: string;
  use: 'sig' | 'enc';
  alg?: string;
  crv?: string;
  x?: string;
  y?: string;
  n?: string;
  e?: string;
};

const MAX_KEYS = 20;
const PARTS = ['crv', 'x', 'y', 'n', 'e'] as const;

/**
 * Checks a JWKS that an agency wants to be known by.
 * @returns the keys without what makes no difference (`x5c`, `key_ops`, …), or a sentence about what is wrong,
 * which repeats nothing of the input.
 */
export function readKeySet(value: Json | undefined): RegisteredKey[] | string {
  const keys = isObject(value) && Object.hasOwn(value, 'keys') ? value.keys : undefined;
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > MAX_KEYS) {
    return `keys must be a list of 1 to ${MAX_KEYS} JWKs`;
  }
  const read: RegisteredKey[] = [];
  const kids = new Set<string>();
  const materials = new Set<string>();
  for (const jwk of keys) {
    const key = readKey(jwk);
    if (typeof key === 'string') return key;
    if (kids.has(key.kid)) return 'two keys have one kid';
    const material = PARTS.map((part) => key[part] ?? '').join('.');
    // One key pair for both would let a signature be taken for a decryption, so the uses stay apart.
    if (materials.has(material)) return 'one key stands twice; signing and encryption need a key each';
    kids.add(key.kid);
    materials.add(material);
    read.push(key);
  }
  return read.some(({ use }) => use === 'sig') ? read : 'no key has "use": "sig"';
}

function readKey(jwk: Json): RegisteredKey | string {
  if (!isObject(jwk)) return 'a key is no object';
  const text = (name: string) => {
    const member = Object.hasOwn(jwk, name) ? jwk[name] : undefined;
    return typeof member === 'string' ? member : undefined;
  };
  const [kty, kid, use, alg] = [text('kty'), text('kid'), text('use'), text('alg')];
  if (kid === undefined || !/^[\x21-\x7e]{1,128}$/.test(kid))
    return 'a key has no kid of 1 to 128 characters';
  if (use !== 'sig' && use !== 'enc') return 'every key says "use": "sig" or "enc"';
  if (Object.hasOwn(jwk, 'alg') && alg === undefined) return 'alg is no text';
  // What an encryption key may be is a matter of this gateway's one algorithm; its point is checked like any.
  const { use: _, alg: __, key_ops: ___, ...bare } = jwk;
  const point = readPublicJwk(use === 'sig' ? jwk : bare);
  if (point === null) return 'a key is neither P-256, Ed25519 nor RSA, is not valid, or holds a private part';
  if (use === 'sig' && point.algorithms.length === 0)
    return 'a signing key names an algorithm that is not served';
  if (use === 'enc' && !(text('crv') === 'P-256' && (alg === undefined || alg === 'ECDH-ES'))) {
    return 'an encryption key is P-256 for ECDH-ES';
  }
  const key: RegisteredKey = { kty: kty as string, kid, use };
  if (alg !== undefined) key.alg = alg;
  for (const part of PARTS) {
    const member = text(part);
    if (member !== undefined) key[part] = member;
  }
  return key;
}

function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
