/** An issuer for the tests, and a forge that signs any content. */
import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import { type Eligibility, issueEligibility, TYPE, VCT } from '../../shared/attestation/eligibility.ts';
import { encode, type Jwk, signingInput } from '../../shared/attestation/jwt.ts';
import { toBase64url } from '../../shared/attestation/platform/platform.ts';
import type { Json } from '../../shared/json.ts';

export const ISSUER = 'https://gateway.example';
export const NOW = Date.parse('2026-03-10T04:00:00Z');
const DAY = 86_400;

export function newKey(kid: string): { jwk: Jwk; key: KeyObject } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { jwk: { ...(publicKey.export({ format: 'jwk' }) as Jwk), kid }, key: privateKey };
}

export const issuer = newKey('issuer');
export const holder = newKey('holder');

export function es256(key: KeyObject, message: Uint8Array): Buffer {
  return sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' });
}

export const ABOUT: Eligibility = {
  issuer: ISSUER,
  programme: 'spring-bud',
  outcome: 'YES',
  pseudonym: 'cHNldWRvbnltLW9mLWE',
  recipient: 'charity-sunrise',
  issued: Math.floor(NOW / 1000) - (Math.floor(NOW / 1000) % DAY),
  expires: Math.floor(NOW / 1000) - (Math.floor(NOW / 1000) % DAY) + 30 * DAY,
  status: { uri: `${ISSUER}/v1/status/2026-03`, index: 123_456 },
};

export function issue(change: Partial<Eligibility> = {}): Promise<string> {
  const signer = { kid: 'issuer', sign: async (message: Uint8Array) => es256(issuer.key, message) };
  return issueEligibility({ ...ABOUT, ...change }, holder.jwk, signer);
}

/** Signs any header and payload. */
export function forgeJwt(header: object, payload: object, key: KeyObject = issuer.key): string {
  const text = signingInput(header as Json as { [name: string]: Json }, payload as { [name: string]: Json });
  return `${text}.${toBase64url(es256(key, encode(text)))}`;
}

export const SALT = 'MDEyMzQ1Njc4OWFiY2RlZg';

export function disclosure(...parts: unknown[]): string {
  return toBase64url(encode(JSON.stringify(parts)));
}

export function digest(text: string): string {
  return hash('sha256', text, 'base64url');
}

/** Claims that every verifier sees, with `_sd` for these disclosures. */
export function payloadOf(disclosures: readonly string[], change: Record<string, unknown> = {}): object {
  return {
    iss: ISSUER,
    iat: ABOUT.issued,
    exp: ABOUT.expires,
    vct: VCT,
    status: { status_list: { idx: ABOUT.status.index, uri: ABOUT.status.uri } },
    cnf: { jwk: holder.jwk },
    _sd: disclosures.map(digest),
    _sd_alg: 'sha-256',
    ...change,
  };
}

export const HEADER = { alg: 'ES256', typ: TYPE, kid: 'issuer' };

/** The disclosures of a proper attestation. */
export const SHOWN = [
  disclosure(SALT, 'sub', ABOUT.pseudonym),
  disclosure(SALT, 'programme', 'spring-bud'),
  disclosure(SALT, 'outcome', 'YES'),
  disclosure(SALT, 'recipient', 'charity-sunrise'),
];

/** A proof of the holder, or one that is not quite. */
export function bind(
  presented: string,
  change: Record<string, unknown> = {},
  header: object = { alg: 'ES256', typ: 'kb+jwt' },
  key: KeyObject = holder.key,
): string {
  const proof = {
    iat: NOW / 1000,
    aud: 'https://verifier.example',
    nonce: 'n-1',
    sd_hash: digest(presented),
    ...change,
  };
  return presented + forgeJwt(header, proof, key);
}
