import { thumbprintOf } from '../../shared/identity/jwk.ts';
import type { Json } from '../../shared/json.ts';
import { publicKeyOf } from '../../shared/keys/sign.ts';
import type { AuthDeps } from '../http/auth.ts';

/** The public half of the token key as a JWK, and the thumbprint that names it. */
export async function tokenPublicKey({ kms, env }: AuthDeps): Promise<{ kid: string; jwk: object }> {
  const jwk = (await publicKeyOf(kms, env.tokenKey)).export({ format: 'jwk' });
  const kid = thumbprintOf(jwk as Json);
  if (kid === null) throw new Error('the token key is not on P-256');
  return { kid, jwk };
}
