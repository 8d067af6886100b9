/**
 * The keys of an OpenID Connect issuer, found by its discovery document. The operator sets the address, so
 * unlike an agency's it may be in a private network. The same limits apply.
 */

import { type Json, parseJson } from '../../json.ts';
import { readPublicJwk, type VerifyKey } from '../jwk.ts';
import { type IssuerKeys, isAddress, type PeopleSettings } from './people.ts';

/** Fetches the text of a JSON document. @throws Error for any answer other than a complete 200. */
export type FetchJson = (url: string) => Promise<string>;

const MAX_BYTES = 256 * 1024;
const TIMEOUT = 3000;
const MAX_KEYS = 50;
/**
 * How long keys are used, how long an unknown key is not requested again, and how long old keys remain usable
 * during an outage; milliseconds.
 */
const FRESH = 300_000;
const PAUSE = 10_000;
const BRIDGE = 3_600_000;

interface Known {
  keys: ReadonlyMap<string, readonly VerifyKey[]>;
  at: number;
}

/**
 * A cache of the issuer's keys with at most one concurrent call. During an outage of the issuer, keys from
 * the last hour remain usable.
 * @throws Error from the returned function if there are no keys.
 */
export function issuerKeys(people: PeopleSettings, now: () => number, fetchJson: FetchJson): IssuerKeys {
  let known: Known | null = null;
  let asked = Number.NEGATIVE_INFINITY;
  let coming: Promise<void> | null = null;
  const look = async () => {
    asked = now();
    known = { keys: await fetchKeys(people, fetchJson), at: now() };
  };
  return async (kid) => {
    const stale = known === null || now() - known.at >= FRESH || !known.keys.has(kid);
    if (coming === null && stale && now() - asked >= PAUSE) {
      coming = look().finally(() => {
        coming = null;
      });
    }
    if (stale && coming !== null) {
      try {
        await coming;
      } catch (error) {
        if (known === null) throw error;
      }
    }
    if (known === null || now() - known.at > BRIDGE) throw new Error("the issuer's keys are unavailable");
    return known.keys.get(kid) ?? [];
  };
}

async function fetchKeys(
  { issuer, algorithm }: PeopleSettings,
  fetchJson: FetchJson,
): Promise<Known['keys']> {
  const about = members(
    parseJson(await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)),
  );
  const address = about['jwks_uri'];
  // Rejects a document that names another issuer (OpenID Connect Discovery, section 4.3).
  if (about['issuer'] !== issuer || typeof address !== 'string' || !isKeyAddress(address, issuer)) {
    throw new Error('the discovery document is not the issuer’s');
  }
  const { keys } = members(parseJson(await fetchJson(address)));
  if (!Array.isArray(keys) || keys.length > MAX_KEYS) throw new Error('no key set');
  const read = new Map<string, VerifyKey[]>();
  for (const jwk of keys) {
    const key = readKey(members(jwk), algorithm);
    if (key) read.set(key.kid, [...(read.get(key.kid) ?? []), key.key]);
  }
  return read;
}

function isKeyAddress(address: string, issuer: string): boolean {
  const [, ...rest] = address.split('?');
  return (
    rest.length <= 1 &&
    isAddress(address.split('?')[0] ?? '') &&
    (!/^http:/.test(address) || /^http:/.test(issuer))
  );
}

const KINDS = new Map([
  ['RS256', 'RSA'],
  ['PS256', 'RSA'],
  ['ES256', 'EC'],
  ['EdDSA', 'OKP'],
]);

/** @returns `null` for a key that can't verify the configured algorithm; issuers publish others too. */
function readKey(jwk: Record<string, Json>, algorithm: string): { kid: string; key: VerifyKey } | null {
  const { kid, use, alg, kty } = jwk;
  if (typeof kid !== 'string' || kty !== KINDS.get(algorithm)) return null;
  if ((use !== undefined && use !== 'sig') || (alg !== undefined && alg !== algorithm)) return null;
  const { n, e, crv, x, y } = jwk;
  const bare = Object.entries({ kty, n, e, crv, x, y }).filter(([, value]) => value !== undefined);
  const key = readPublicJwk(Object.fromEntries(bare) as Json);
  return key && { kid, key: { ...key, algorithms: [algorithm] } };
}

/** @throws Error unless the value is an object */
export function members(value: Json): Record<string, Json> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not an object');
  return Object.assign(Object.create(null), value);
}

/** Over HTTPS, or HTTP on this machine; without redirects, within limits of time and size. */
export const fetchIssuerJson: FetchJson = async (url) => {
  const answer = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT),
  });
  const type = answer.headers.get('content-type') ?? '';
  if (answer.status !== 200 || !/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type) || !answer.body) {
    throw new Error('no JSON at this address');
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new Error('the document is too long');
    chunks.push(chunk);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
};
