/** Google's collection of signatures that careless verifiers accept. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPublicJwk, type VerifyKey } from '../../shared/identity/jwk.ts';
import { type Claims, type Jws, parseJws, signedBy } from '../../shared/identity/jws.ts';
import type { Json } from '../../shared/json.ts';
import { encode } from '../support/jws.ts';

const FOLDER = join(process.env['FIELDGATE_VECTORS'] ?? '../shared/vectors', 'wycheproof');
const present = existsSync(FOLDER);
if (!present) console.warn(`skipped: no vectors in ${FOLDER}`);

interface Test {
  tcId: number;
  msg: string;
  sig: string;
  jws: string;
  result: 'valid' | 'invalid' | 'acceptable';
}
interface Group {
  publicKeyJwk?: Json;
  publicKey?: { uncompressed: string };
  public?: { [name: string]: Json };
  tests: Test[];
}
function groups(name: string): Group[] {
  return present ? JSON.parse(readFileSync(join(FOLDER, name), 'utf8')).testGroups : [];
}

function pointAsJwk(uncompressed: string): Json {
  const part = (from: number) =>
    Buffer.from(uncompressed.slice(from, from + 64), 'hex').toString('base64url');
  return { kty: 'EC', crv: 'P-256', x: part(2), y: part(66) };
}

describe.skipIf(!present).each([
  ['ecdsa_secp256r1_sha256_p1363_test.json', 'ES256', 250],
  ['ed25519_test.json', 'Ed25519', 150],
])('%s', (name, alg, least) => {
  it('verifies only valid signatures', () => {
    let count = 0;
    for (const { publicKeyJwk, publicKey, tests } of groups(name)) {
      const key = readPublicJwk(publicKeyJwk ?? pointAsJwk(publicKey?.uncompressed ?? ''));
      for (const { tcId, msg, sig, result } of tests) {
        const jws: Jws = {
          header: new Map([['alg', alg]]),
          payload: new Map(),
          signed: Buffer.from(msg, 'hex'),
          signature: Buffer.from(sig, 'hex'),
        };
        count++;
        // A key that we do not read (a point at the edge) is a refusal too, unless the test is a valid one.
        expect(key !== null && signedBy(jws, key), `tcId ${tcId}`).toBe(result === 'valid');
      }
    }
    expect(count).toBeGreaterThan(least);
  });
});

describe.skipIf(!present)('json_web_signature_test.json', () => {
  const OURS = new Set(['ES256', 'PS256']);
  // Their payloads are no JSON, so the header is read from a twin with an empty object as payload.
  const verify = (text: string, key: VerifyKey) => {
    const [head = '', body = '', tail = '', ...more] = text.split('.');
    const twin = parseJws(`${head}.${encode({})}.${tail}`);
    if (!twin || more.length > 0) return false;
    return signedBy({ ...twin, header: twin.header as Claims, signed: Buffer.from(`${head}.${body}`) }, key);
  };

  const algOf = (text: string) =>
    String(parseJws(text.replace(/\..*\./, `.${encode({})}.`))?.header.get('alg'));

  it('verifies no invalid signature, and every valid one of a supported algorithm', () => {
    const seen = { valid: 0, invalid: 0 };
    for (const { public: jwk, tests } of groups('json_web_signature_test.json')) {
      const key = jwk ? readPublicJwk(jwk) : null;
      for (const { tcId, jws, result } of tests) {
        const accepted = key !== null && verify(jws, key);
        if (result === 'invalid') {
          seen.invalid++;
          expect(accepted, `tcId ${tcId}`).toBe(false);
        } else if (OURS.has(algOf(jws))) {
          seen.valid++;
          expect(accepted, `tcId ${tcId}`).toBe(true);
        } else {
          expect(accepted, `tcId ${tcId}`).toBe(false);
        }
      }
    }
    expect(seen.invalid).toBeGreaterThan(200);
    expect(seen.valid).toBeGreaterThan(5);
  });
});
