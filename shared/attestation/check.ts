/** The whole check of an attestation, for anybody: its issuer's keys, the attestation itself, its status. */

import { type Json, parseJson } from '../json.ts';
import { checkStatus, type EligibilityOptions, type Shown, verifyEligibility } from './eligibility.ts';
import { reject } from './invalid.ts';
import { isObject, type Jwk } from './jwt.ts';
import { verifyStatusToken } from './status-list.ts';

export interface CheckOptions extends Omit<EligibilityOptions, 'keys'> {
  /** Keys that were got before; left out, they are fetched from the issuer. */
  keys?: readonly Jwk[];
  /** A status list token that was got before; `null`: the status is not checked; left out: it is fetched. */
  status?: string | null;
  fetch?: typeof fetch;
}

export interface Checked extends Shown {
  /** When the status was as it is (epoch seconds); `null` where it was not looked at. */
  statusAt: number | null;
}

/** Characters of an answer at most. */
const LIMIT = 8 * 1024 * 1024;

/**
 * @throws AttestationInvalid for an attestation, key set or status list that is not right
 * @throws TypeError when the issuer can't be reached
 */
export async function checkAttestation(text: string, options: CheckOptions): Promise<Checked> {
  const get = (url: string) => getText(options.fetch ?? fetch, url);
  const keys =
    options.keys ?? readKeys(await get(`${options.issuer}/.well-known/jwt-vc-issuer`), options.issuer);
  const shown = await verifyEligibility(text.trim(), { ...options, keys });
  if (options.status === null) return { ...shown, statusAt: null };
  const { uri } = shown.status;
  const token = options.status ?? (await get(uri));
  const { issuer, now } = options;
  const list = await verifyStatusToken(token.trim(), { uri, keys, now, issuer });
  // One that never ends could be shown for ever after a revocation.
  if (list.exp === null) reject('STATUS');
  checkStatus(shown, list);
  return { ...shown, statusAt: list.iat };
}

/** @returns the proof in a text: the text itself, or the member of an answer; `null` where an answer has none */
export function proofIn(text: string): string | null {
  if (!text.trimStart().startsWith('{')) return text.trim();
  try {
    const answer = parseJson(text);
    return isObject(answer) && typeof answer['attestation'] === 'string' ? answer['attestation'] : null;
  } catch {
    return null;
  }
}

/** The keys of an issuer's metadata. @throws AttestationInvalid when it is another issuer's or malformed */
export function readKeys(text: string, issuer: string): Jwk[] {
  const metadata = parse(text);
  if (!isObject(metadata) || metadata['issuer'] !== issuer) reject('CLAIM');
  const { jwks } = metadata;
  const keys = isObject(jwks) ? jwks['keys'] : undefined;
  if (!Array.isArray(keys) || !keys.every(isObject)) reject('MALFORMED');
  return keys;
}

function parse(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return reject('MALFORMED');
  }
}

/** Anew each time, because whoever checks wants to know now; a redirect could lead to somebody else's words. */
async function getText(get: typeof fetch, url: string): Promise<string> {
  const response = await get(url, { redirect: 'error', cache: 'no-store' });
  if (!response.ok) throw new TypeError(`the issuer answered ${response.status}`);
  const text = await response.text();
  return text.length > LIMIT ? reject('MALFORMED') : text;
}
