import { asClientId, type ClientId } from '../../ids.ts';
import type { Json } from '../../json.ts';
import { type Agency, signingKeys } from '../agencies/agencies.ts';
import { readPublicJwk } from '../jwk.ts';
import { type Claims, jtiOf, parseJws, signedBy, textClaim, timeClaim } from '../jws.ts';
import { type Claim, claimName } from '../replay.ts';

export interface Authenticated {
  agency: Agency;
  /** The registered key that made the signature. */
  key: Json;
  /** Must be claimed before a token is made. */
  claim: Claim;
}

/** Maximum seconds until `exp`, and the allowed clock difference. */
const MAX_LIFETIME = 300;
const SKEW = 60;

/** `typ` of a client assertion: absent, the generic one, or that of RFC 7523bis. */
const TYPES: readonly unknown[] = [undefined, 'JWT', 'client-authentication+jwt'];

/**
 * Checks a `private_key_jwt` client assertion (RFC 7523) except for its replay, which needs a write.
 * @param find gives the agency of a client id, or `null`. With `fresh` it bypasses every cache: it is called
 * so if no known key made the signature, because the agency may have rotated its keys just now.
 * @param now epoch milliseconds.
 * @returns `null` for any fault. An unknown client and a bad signature give the same result.
 */
export async function verifyAssertion(
  text: string,
  {
    issuer,
    find,
    now,
  }: { issuer: string; find(clientId: ClientId, fresh: boolean): Promise<Agency | null>; now: number },
): Promise<Authenticated | null> {
  const jws = parseJws(text);
  if (!jws || jws.header.has('jwk') || !TYPES.includes(jws.header.get('typ'))) return null;
  const { header, payload } = jws;
  const iss = textClaim(payload, 'iss');
  const jti = jtiOf(payload);
  const exp = timeClaim(payload, 'exp');
  if (iss === null || payload.get('sub') !== iss || jti === null || exp === null) return null;
  const clientId = asClientId(iss);
  if (!isAudience(payload, issuer) || !isTimely(payload, exp, now / 1000)) return null;

  const kid = header.has('kid') ? textClaim(header, 'kid') : null;
  if (header.has('kid') && kid === null) return null;
  for (const fresh of [false, true]) {
    const agency = await find(clientId, fresh);
    if (!agency) return null;
    const key = signingKeys(agency, kid, now).find((jwk) => {
      const read = readPublicJwk(jwk);
      return read !== null && signedBy(jws, read);
    });
    if (key === undefined) continue;
    return { agency, key, claim: { claim: claimName('assertion', clientId, jti), expires: exp + SKEW } };
  }
  return null;
}

/** The issuer as the only audience: a string or an array of one. */
function isAudience(payload: Claims, issuer: string): boolean {
  const aud = payload.get('aud');
  return Array.isArray(aud) ? aud.length === 1 && aud[0] === issuer : aud === issuer;
}

function isTimely(payload: Claims, exp: number, now: number): boolean {
  if (exp <= now || exp > now + MAX_LIFETIME) return false;
  for (const name of ['iat', 'nbf']) {
    if (!payload.has(name)) continue;
    const time = timeClaim(payload, name);
    if (time === null || time > now + SKEW) return false;
  }
  // Rejects an old assertion that expires soon: it was given a longer lifetime than allowed.
  const iat = timeClaim(payload, 'iat');
  return iat === null || (iat <= exp && exp - iat <= MAX_LIFETIME + SKEW);
}
