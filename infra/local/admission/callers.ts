import type { VerifyKey } from '../../../shared/identity/jwk.ts';
import { verifyAccessToken } from '../../../shared/identity/tokens/access-token.ts';

/** The authenticated caller of an Authorization header, or `null`. */
export type CallerOf = (authorization: string) => string | null;

/** Milliseconds for which a token that was checked is known, and the number of them. */
const KNOWN_FOR = 30_000;
const KNOWN = 10_000;

/**
 * The caller in an access token of this gateway, before its request is admitted. The function that serves the request
 * checks the token again, with proof and agency. Here a token is checked once in a while, so that a request that is
 * refused costs less than one that is served.
 */
export function callersBy(issuer: string, key: VerifyKey, now: () => number): CallerOf {
  const known = new Map<string, { caller: string; until: number }>();
  return (authorization) => {
    const found = known.get(authorization);
    if (found && found.until > now()) return found.caller;
    const text = /^dpop +([\w.-]+)$/i.exec(authorization)?.[1];
    if (text === undefined) return null;
    const caller = verifyAccessToken(text, { issuer, key, now: now() })?.clientId ?? null;
    if (known.size >= KNOWN) known.clear();
    if (caller !== null) known.set(authorization, { caller, until: now() + KNOWN_FOR });
    return caller;
  };
}
