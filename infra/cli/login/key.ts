/** The key to which the issuer binds a login (RFC 9449): a copy of the token alone is of no use. */

import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import * as oauth from 'oauth4webapi';

export interface LoginKey {
  /** Private, as the file of the login keeps it. */
  jwk: JWK;
  /** For the issuer's token endpoint. */
  dpop: oauth.DPoPHandle;
  /** A proof for one request to another address. */
  proof(method: string, url: string): Promise<string>;
}

export async function newLoginKey(): Promise<LoginKey> {
  const pair = await generateKeyPair('ES256', { extractable: true });
  const { kty = 'EC', crv, x, y } = await exportJWK(pair.publicKey);
  return {
    jwk: await exportJWK(pair.privateKey),
    dpop: oauth.DPoP({}, pair),
    proof: (htm, htu) =>
      new SignJWT({ htm, htu, jti: randomUUID() })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: { kty, crv, x, y } as JWK })
        .setIssuedAt()
        .sign(pair.privateKey),
  };
}
