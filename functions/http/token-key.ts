import type { KeyObject } from 'node:crypto';
import { readPublicJwk, type VerifyKey } from '../../shared/identity/jwk.ts';
import type { Json } from '../../shared/json.ts';
import { publicKeyOf } from '../../shared/keys/sign.ts';
import type { Deps } from '../deps.ts';

/** The public half of the key that signs access tokens; its thumbprint is its `kid`. */
export interface TokenKey {
  verify: VerifyKey;
}

/** @throws the SDK's error when KMS cannot be reached for the first look, which is kept. */
export async function tokenKey({ kms, env }: Deps<'tokenKey'>): Promise<TokenKey> {
  const key = await publicKeyOf(kms, env.tokenKey);
  const known = read.get(key);
  if (known) return known;
  const jwk = key.export({ format: 'jwk' });
  const verify = readPublicJwk(jwk as Json);
  if (!verify?.algorithms.includes('ES256')) throw new Error('the token key is not on P-256');
  read.set(key, { verify });
  return { verify };
}

const read = new WeakMap<KeyObject, TokenKey>();
