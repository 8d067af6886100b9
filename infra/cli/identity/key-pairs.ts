/** The key pairs of an agency, as private JWKs: two on P-256, and one of X-Wing if its answers are to be sealed to that. */

import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

export interface KeyPairs {
  /** ES256; its `kid` is the RFC 7638 thumbprint. */
  sig: JWK;
  /** ECDH-ES. */
  enc: JWK;
  /** X-Wing; `priv` is the seed. */
  hybrid?: JWK;
}

/** @param hybrid whether answers are to be sealed to a hybrid key, which every program of the agency must then open */
export async function newKeyPairs(hybrid = false): Promise<KeyPairs> {
  const pairs = { sig: await newKey('sig', 'ES256'), enc: await newKey('enc', 'ECDH-ES') };
  return hybrid ? { ...pairs, hybrid: await newHybrid() } : pairs;
}

async function newHybrid(): Promise<JWK> {
  const { hybridKey, newHybridSeed, publicJwk } = await import('../../../shared/client/wire/hybrid.ts');
  const seed = newHybridSeed();
  const jwk = publicJwk(await hybridKey({ ...seed }));
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), use: 'enc', priv: seed.priv };
}

async function newKey(use: 'sig' | 'enc', alg: 'ES256' | 'ECDH-ES'): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { crv: 'P-256', extractable: true });
  const key = await exportJWK(privateKey);
  return { ...key, kid: await calculateJwkThumbprint(key), use, alg };
}

/** For the agency's registration. */
export const publicHalf = ({ d: _private, priv: _seed, ...rest }: JWK): JWK => rest;

export const publicHalves = ({ sig, enc, hybrid }: { sig: JWK; enc?: JWK; hybrid?: JWK }): JWK[] =>
  [sig, ...(enc ? [enc] : []), ...(hybrid ? [hybrid] : [])].map(publicHalf);
