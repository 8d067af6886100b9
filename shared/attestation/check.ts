/** The complete check of an attestation, which anyone can run: the issuer's keys, the attestation, its status. */

import { JsonFault, parseJson } from '../json.ts';
import { checkStatus, type EligibilityOptions, type Shown, verifyEligibility } from './eligibility.ts';
import { reject } from './invalid.ts';
import { isObject, type Jwk, parseOrReject } from './jwt.ts';
import { verifyStatusToken } from './status-list.ts';

export interface CheckOptions extends Omit<EligibilityOptions, 'keys'> {
  /** Keys fetched earlier. If absent, they are fetched from the issuer. */
  keys?: readonly Jwk[];
  /** A status list token fetched earlier. `null`: the status is not checked. If absent, the token is fetched. */
  status?: string | null;
  /** Also asks the issuer about this proof, which the list would name only next month. It is sent without what it discloses. */
  ask?: boolean;
  fetch?: typeof fetch;
}

export interface Checked extends Shown {
  /** The epoch second before which an end of the proof is known; `null` if it was not checked. Later ends are not known. */
  statusUntil: number | null;
}

/** Which words say what was checked about the end of a proof that confirms. */
export function wordsOf({ issued, statusUntil }: Checked): 'eligible' | 'eligibleLately' | 'eligibleOnce' {
  if (statusUntil === null) return 'eligibleOnce';
  return statusUntil > issued ? 'eligible' : 'eligibleLately';
}

/** Maximum length of an answer in characters. */
const LIMIT = 8 * 1024 * 1024;

/**
 * @throws AttestationInvalid for an attestation, key set or status list that is not valid
 * @throws TypeError if the issuer can't be reached
 */
export async function checkAttestation(text: string, options: CheckOptions): Promise<Checked> {
  const get = (url: string) => getText(options.fetch ?? fetch, url);
  const keys =
    options.keys ?? readKeys(await get(`${options.issuer}/.well-known/jwt-vc-issuer`), options.issuer);
  const shown = await verifyEligibility(text.trim(), { ...options, keys });
  if (options.status === null) return { ...shown, statusUntil: null };
  const { uri } = shown.status;
  const token = options.status ?? (await get(uri));
  const { issuer, now } = options;
  const list = await verifyStatusToken(token.trim(), { uri, keys, now, issuer });
  // Without an expiry, an old list could be shown forever after a revocation.
  if (list.exp === null) reject('STATUS');
  checkStatus(shown, list);
  const statusUntil = options.ask ? await askIssuer(text, options) : monthOf(list.iat);
  return { ...shown, statusUntil };
}

/** A list shows what was recorded before its own month (UTC) and nothing later. */
function monthOf(second: number): number {
  const date = new Date(second * 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth()) / 1000;
}

/** @returns the epoch second before which the issuer knows of no end. @throws AttestationInvalid REVOKED */
async function askIssuer(text: string, { issuer, fetch: get = fetch }: CheckOptions): Promise<number> {
  const [attestation = ''] = text.trim().split('~');
  const answer = parseOrReject(
    await getText(get, `${issuer}/attestations/status`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ attestation }),
    }),
  );
  const until = isObject(answer) ? Date.parse(String(answer['until'])) : Number.NaN;
  if (!isObject(answer) || typeof answer['revoked'] !== 'boolean' || Number.isNaN(until)) reject('STATUS');
  return answer['revoked'] ? reject('REVOKED') : until / 1000;
}

/** @returns the proof in a text: the text itself, or the member of an answer; `null` if an answer has none */
export function proofIn(text: string): string | null {
  if (!text.trimStart().startsWith('{')) return text.trim();
  try {
    const answer = parseJson(text);
    return isObject(answer) && typeof answer['attestation'] === 'string' ? answer['attestation'] : null;
  } catch (error) {
    if (error instanceof JsonFault) return null;
    throw error;
  }
}

/** The keys of an issuer's metadata. @throws AttestationInvalid if it is malformed or names another issuer */
export function readKeys(text: string, issuer: string): Jwk[] {
  const metadata = parseOrReject(text);
  if (!isObject(metadata) || metadata['issuer'] !== issuer) reject('CLAIM');
  const { jwks } = metadata;
  const keys = isObject(jwks) ? jwks['keys'] : undefined;
  if (!Array.isArray(keys) || !keys.every(isObject)) reject('MALFORMED');
  return keys;
}

/** Never cached, because the check must show the present state. A redirect could lead to another party's answer. */
async function getText(get: typeof fetch, url: string, more: RequestInit = {}): Promise<string> {
  const response = await get(url, { ...more, redirect: 'error', cache: 'no-store' });
  if (!response.ok) throw new TypeError(`the issuer answered ${response.status}`);
  const text = await response.text();
  return text.length > LIMIT ? reject('MALFORMED') : text;
}
