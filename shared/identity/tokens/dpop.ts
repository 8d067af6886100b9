import { hash } from 'node:crypto';
import { readPublicJwk } from '../jwk.ts';
import { type Claims, jtiOf, parseJws, signedBy, textClaim, timeClaim } from '../jws.ts';
import { type Claim, claimName } from '../replay.ts';

/** What a proof must be about. */
export interface ProofTarget {
  method: string;
  /** Public base URL, as configured, and path as requested; never built from `Host`. */
  url: string;
  /** The access token, or `null` at the token endpoint. */
  token: string | null;
  /** Epoch milliseconds. */
  now: number;
}

export interface Proof {
  /** RFC 7638 thumbprint of the proof's key. */
  jkt: string;
  /** Seconds by which the client's clock is ahead of ours. */
  skew: number;
  /** What the proof holds as nonce of the server, `null` for none; the caller says whether it needs one. */
  nonce: string | null;
  /** Must be claimed before anything is answered. */
  claim: Claim;
}

/** A proof is good for this many seconds after `iat`, and may be dated this far ahead. */
const MAX_AGE = 120;
const MAX_AHEAD = 60;

/**
 * Checks a DPoP proof (RFC 9449 section 4.3) except for its replay, which takes a write.
 * @param header the one `DPoP` header's value. Two headers arrive joined by a comma, which no proof holds.
 * @returns `null` when anything is wrong; why is not told.
 */
export function verifyProof(header: string, target: ProofTarget): Proof | null {
  const jws = parseJws(header);
  const jwk = jws?.header.get('jwk');
  if (!jws || jwk === undefined || jws.header.get('typ') !== 'dpop+jwt') return null;
  const key = readPublicJwk(jwk);
  if (!key || !signedBy(jws, key)) return null;

  const { payload } = jws;
  const [jti, iat, htu] = [jtiOf(payload), timeClaim(payload, 'iat'), textClaim(payload, 'htu')];
  if (jti === null || iat === null || htu === null) return null;
  const url = comparableUrl(htu);
  if (payload.get('htm') !== target.method || url === null || url !== comparableUrl(target.url)) return null;

  const skew = iat - target.now / 1000;
  if (skew < -MAX_AGE || skew > MAX_AHEAD) return null;
  if (!withinOwnTimes(payload, target.now / 1000)) return null;
  if (target.token !== null && payload.get('ath') !== hash('sha256', target.token, 'base64url')) return null;
  return {
    jkt: key.thumbprint,
    skew,
    nonce: textClaim(payload, 'nonce'),
    claim: { claim: claimName('dpop', key.thumbprint, jti), expires: iat + MAX_AGE },
  };
}

/** A proof needs no `exp` or `nbf`; where it has them they are times, and hold. */
function withinOwnTimes(payload: Claims, now: number): boolean {
  const [exp, nbf] = [timeClaim(payload, 'exp'), timeClaim(payload, 'nbf')];
  if (payload.has('exp') && (exp === null || exp <= now)) return false;
  return !payload.has('nbf') || (nbf !== null && nbf <= now + MAX_AHEAD);
}

/**
 * Scheme and host in lower case without the default port, path as written, no query or fragment.
 * A URL parser would repair what must not match, so none is used.
 * @returns `null` for what is no http(s) URL or carries userinfo.
 */
function comparableUrl(url: string): string | null {
  const parts = /^(https?):\/\/([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?(\/[^?#\s\\]*)?([?#].*)?$/i.exec(url);
  if (!parts) return null;
  const [, scheme = '', host = '', port = '', path = '/'] = parts;
  const standard = scheme.toLowerCase() === 'https' ? ':443' : ':80';
  return `${scheme}://${host}`.toLowerCase() + (port === standard ? '' : port) + path;
}
