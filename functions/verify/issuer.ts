import type { Jwk } from '../../shared/attestation/jwt.ts';
import { thumbprintOf } from '../../shared/identity/jwk.ts';
import type { Json } from '../../shared/json.ts';
import { kmsSign, publicKeyOf } from '../../shared/keys/sign.ts';
import type { VerifyDeps } from './app.ts';

/** What attestations and status lists are signed with: a key id and a KMS Sign. */
export async function signerOf({ kms, env }: VerifyDeps) {
  const jwk = await publicJwk({ kms, env });
  const sign = (message: Uint8Array) => kmsSign(kms, env.attestationKey, 'ECDSA_SHA_256', message);
  return { kid: jwk.kid as string, sign };
}

/** As SD-JWT VC names the place where an issuer's keys are found. */
export async function issuerMetadata(deps: VerifyDeps): Promise<{ issuer: string; jwks: { keys: Jwk[] } }> {
  return { issuer: deps.env.publicUrl, jwks: { keys: [await publicJwk(deps)] } };
}

async function publicJwk({ kms, env }: Pick<VerifyDeps, 'kms' | 'env'>): Promise<Jwk> {
  const key = await publicKeyOf(kms, env.attestationKey);
  const { kty, crv, x, y } = key.export({ format: 'jwk' });
  const jwk = { kty, crv, x, y } as { [name: string]: Json };
  return { ...jwk, kid: thumbprintOf(jwk), use: 'sig', alg: 'ES256' };
}
