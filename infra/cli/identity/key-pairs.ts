/** The two key pairs of an agency, as private JWKs on P-256. */

import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

export interface KeyPairs {
  /** ES256; its `kid` is the RFC 7638 thumbprint. */
  sig: JWK;
  /** ECDH-ES. */
  enc: JWK;
}

export async function newKeyPairs(): Promise<KeyPairs> {
  return { sig: await newKey('sig', 'ES256'), enc: await newKey('enc', 'ECDH-ES') };
}

async function newKey(use: 'sig' | 'enc', alg: 'ES256' | 'ECDH-ES'): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { crv: 'P-256', extractable: true });
  const key = await exportJWK(privateKey);
  return { ...key, kid: await calculateJwkThumbprint(key), use, alg };
}

/** For the agency's registration. */
export const publicHalf = ({ d: _private, ...rest }: JWK): JWK => rest;
