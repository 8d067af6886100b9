import { hash } from 'node:crypto';
import { readPublicJwk } from '../jwk.ts';
import { type Claims, jtiOf, parseJws, signedBy, textClaim, timeClaim } from '../jws.ts';
import { type Claim, claimName } from '../replay.ts';

/** The required contents of a proof. */
interface ProofTarget {
  method: string;
  /** The configured public base URL with the requested path. It is never built from `Host`. */
  url: string;
  /** The access token, or `null` at the token endpoint. */
  token: string | null;
  /** Epoch milliseconds. */
  now: number;
}

export interface Proof {
  /** RFC 7638 thumbprint of the proof's key. */
  jkt: string;
  /** Seconds by which the client's clock is ahead of the gateway's. */
  skew: number;
  /** The server nonce in the proof, `null` for none. The caller decides whether one is required. */
  nonce: string | null;
  /** Must be claimed before any answer is given. */
  claim: Claim;
}

/** A proof is valid for this many seconds after `iat`, which may be as far in the future. */
const MAX_AGE = 120;
const MAX_AHEAD = 60;

/**
 * Checks a DPoP proof (RFC 9449 section 4.3) except for its replay, which needs a write.
 * @param header the value of the only `DPoP` header. Two headers arrive joined by a comma, which no proof
 * contains.
 * @returns `null` for any fault, without the reason.
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

/** `exp` and `nbf` are optional in a proof. If present, they must be times and must hold. */
function withinOwnTimes(payload: Claims, now: number): boolean {
  const [exp, nbf] = [timeClaim(payload, 'exp'), timeClaim(payload, 'nbf')];
  if (payload.has('exp') && (exp === null || exp <= now)) return false;
  return !payload.has('nbf') || (nbf !== null && nbf <= now + MAX_AHEAD);
}

/**
 * Scheme and host in lower case without the default port, path as written, no query or fragment. No URL
 * parser is used, because it would repair a URL that must not match.
 * @returns `null` unless it is an http(s) URL without userinfo.
 */
function comparableUrl(url: string): string | null {
  const parts = /^(https?):\/\/([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?(\/[^?#\s\\]*)?([?#].*)?$/i.exec(url);
  if (!parts) return null;
  const [, scheme = '', host = '', port = '', path = '/'] = parts;
  const standard = scheme.toLowerCase() === 'https' ? ':443' : ':80';
  return `${scheme}://${host}`.toLowerCase() + (port === standard ? '' : port) + path;
}
