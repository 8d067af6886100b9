import type { VerifyKey } from '../../../shared/identity/jwk.ts';
import { verifyAccessToken } from '../../../shared/identity/tokens/access-token.ts';

/** The authenticated caller of an Authorization header, or `null`. */
export type CallerOf = (authorization: string) => string | null;

/**
 * The caller in an access token of this gateway, before its request is admitted. The function that serves the request
 * checks the token again, with proof and agency.
 */
export function callersBy(issuer: string, key: VerifyKey, now: () => number): CallerOf {
  return (authorization) => {
    const text = /^dpop +([\w.-]+)$/i.exec(authorization)?.[1];
    if (text === undefined) return null;
    return verifyAccessToken(text, { issuer, key, now: now() })?.clientId ?? null;
  };
}
