/** The examples of the standards themselves. */
import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDetails } from '../../shared/identity/details.ts';
import { readPublicJwk, thumbprintOf, type VerifyKey } from '../../shared/identity/jwk.ts';
import { type Jws, parseJws, signedBy } from '../../shared/identity/jws.ts';
import { verifyProof } from '../../shared/identity/tokens/dpop.ts';
import { ecKey, makeJws } from '../support/jws.ts';

const FOLDER = join(process.env['FIELDGATE_VECTORS'] ?? '../shared/vectors', 'oauth');
const present = existsSync(FOLDER);
if (!present) console.warn(`skipped: no examples in ${FOLDER}`);
const read = (name: string) => (present ? JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) : {});

interface Proof {
  jwt: string;
  header: { typ?: string; jwk?: Record<string, string> };
  payload: { htm?: string; htu?: string; iat?: number; ath?: string; jti?: string };
}
const dpop = read('rfc9449-dpop-examples.json') as { proofs: Proof[] } & Record<string, unknown>;
const proofs = (dpop.proofs ?? []).filter(({ header }) => header.typ === 'dpop+jwt');

describe.skipIf(!present)('RFC 9449', () => {
  it('has proofs', () => {
    expect(proofs.length).toBeGreaterThan(2);
  });

  it.each(proofs.map((proof, index) => [index, proof] as const))(
    'proof %i verifies for what it names, and for nothing else',
    (_, proof) => {
      const { htm = '', htu = '', iat = 0, ath } = proof.payload;
      const accessToken = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU';
      const token = ath === undefined ? null : accessToken;
      if (ath !== undefined) expect(hash('sha256', accessToken, 'base64url')).toBe(ath);
      const target = { method: htm, url: htu, token, now: iat * 1000 };
      expect(verifyProof(proof.jwt, target)).toMatchObject({
        jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
        skew: 0,
      });
      expect(verifyProof(proof.jwt, { ...target, method: 'PUT' })).toBeNull();
      expect(verifyProof(proof.jwt, { ...target, url: `${htu}/x` })).toBeNull();
      expect(verifyProof(proof.jwt, { ...target, now: (iat + 121) * 1000 })).toBeNull();
      expect(verifyProof(proof.jwt, { ...target, now: (iat - 61) * 1000 })).toBeNull();
      if (ath !== undefined) expect(verifyProof(proof.jwt, { ...target, token: 'other' })).toBeNull();
    },
  );
});

it.skipIf(!present)('RFC 9396: every example of another type is refused', () => {
  const { examples } = read('rfc9396-rar-examples.json') as { examples: { json: unknown }[] };
  expect(examples.length).toBeGreaterThan(5);
  for (const { json } of examples) {
    expect(parseDetails(JSON.stringify(Array.isArray(json) ? json : [json]))).toBeNull();
  }
});

// RFC 7638, section 3.1.
const RFC7638 = {
  kty: 'RSA',
  n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
  e: 'AQAB',
  alg: 'RS256',
  kid: '2011-04-29',
};
it('RFC 7638: the thumbprint of the example', () => {
  expect(thumbprintOf(RFC7638)).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  // A key that names its algorithm serves that one alone, and RS256 is none of ours.
  expect(readPublicJwk(RFC7638)?.algorithms).toEqual([]);
  expect(readPublicJwk({ ...RFC7638, alg: 'PS256' })?.algorithms).toEqual(['PS256']);
});

// RFC 8037, appendix A.3.
it('RFC 8037: the thumbprint of the Ed25519 example', () => {
  const jwk = { crv: 'Ed25519', kty: 'OKP', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
  expect(thumbprintOf(jwk)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
});

it.each([
  '',
  '.',
  '..',
  '...',
  'e30.e30',
  'e30.e30.',
  'e30.e30.AA.',
  'e30=.e30.AA',
  'e31.e30.AA',
  '\u0000.e30.AA',
])('the text %j is no JWS', (text) => {
  expect(parseJws(text)).toBeNull();
});

it('every ES256 signature of the right length is read, whatever its leading bytes', () => {
  const key = ecKey();
  const verifyKey = readPublicJwk(key.jwk);
  let short = 0;
  for (let n = 0; n < 2000; n++) {
    const jws = parseJws(makeJws({ alg: 'ES256' }, { n }, key));
    if (!jws || !verifyKey) throw new Error('not parsed');
    if (jws.signature[0] === 0 || jws.signature[32] === 0) short++;
    expect(signedBy(jws, verifyKey)).toBe(true);
    jws.signature[n % 64] = (jws.signature[n % 64] ?? 0) ^ 1;
    expect(signedBy(jws, verifyKey)).toBe(false);
  }
  expect(short).toBeGreaterThan(0);
  for (const length of [0, 63, 65]) {
    const jws = { ...parseJws(makeJws({ alg: 'ES256' }, {}, key)), signature: Buffer.alloc(length) };
    expect(signedBy(jws as Jws, verifyKey as VerifyKey)).toBe(false);
  }
  const zero = { ...parseJws(makeJws({ alg: 'ES256' }, {}, key)), signature: Buffer.alloc(64) };
  expect(signedBy(zero as Jws, verifyKey as VerifyKey)).toBe(false);
});

it.each([
  ['1', 'AQ'],
  ['0', 'AA'],
  ['2^16', 'AQAA'],
  ['even', 'AQAC'],
  ['with a leading zero', 'AAEAAQ'],
  ['of five bytes', 'AQAAAAE'],
])('an RSA exponent that is %s makes no key', (_, e) => {
  expect(thumbprintOf({ ...RFC7638, e })).toBeNull();
});

it('an RSA modulus with a leading zero makes no key', () => {
  const n = Buffer.concat([Buffer.alloc(3), Buffer.from(RFC7638.n, 'base64url')]).toString('base64url');
  expect(thumbprintOf({ ...RFC7638, n })).toBeNull();
});
