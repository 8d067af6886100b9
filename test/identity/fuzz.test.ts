/** Whatever happens to a good proof or token on its way, it is refused without a fault. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseDetails, readGrant } from '../../shared/identity/details.ts';
import { readPublicJwk } from '../../shared/identity/jwk.ts';
import { parseJws } from '../../shared/identity/jws.ts';
import { verifyProof } from '../../shared/identity/tokens/dpop.ts';
import { type Json, parseJson } from '../../shared/json.ts';
import { ecKey, edKey, makeJws, proof, rsaKey } from '../support/jws.ts';

const RUNS = { numRuns: process.env['SLOW'] ? 50_000 : 500, seed: 20260302 };
const now = 1_772_438_400_000;
const target = { method: 'POST', url: 'https://gateway.example/v1/releases', token: null, now };

const good = [ecKey(), edKey(), rsaKey()].map((key, index) =>
  proof({ key, method: 'POST', url: target.url, now }, {}, { alg: ['ES256', 'EdDSA', 'PS256'][index] }),
);

it('the proofs that the mutations start from are valid', () => {
  for (const text of good) expect(verifyProof(text, target)).not.toBeNull();
});

it('a proof with one character changed, lost or added is invalid', () => {
  const mutation = fc.record({
    text: fc.constantFrom(...good),
    at: fc.nat(),
    by: fc.oneof(
      fc.string({ minLength: 1, maxLength: 3 }),
      fc.constantFrom('', '.', '=', 'A', '-', '\u0000'),
    ),
    cut: fc.nat({ max: 3 }),
  });
  fc.assert(
    fc.property(mutation, ({ text, at, by, cut }) => {
      const place = at % text.length;
      const changed = text.slice(0, place) + by + text.slice(place + cut);
      fc.pre(changed !== text);
      expect(verifyProof(changed, target)).toBeNull();
    }),
    RUNS,
  );
});

it('header and claims of any JSON are refused without a fault', () => {
  const key = ecKey();
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (header, payload, jwk) => {
      expect(verifyProof(makeJws(header, payload, key), target)).toBeNull();
      const dressed = { typ: 'dpop+jwt', alg: 'ES256', jwk };
      expect(verifyProof(makeJws(dressed, payload, key), target)).toBeNull();
      expect(readPublicJwk(jwk as Json)).toBeNull();
    }),
    RUNS,
  );
});

it('any text is neither a JWS nor details, and causes no fault', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
      expect(parseJws(text)).toBeNull();
      expect(parseDetails(text)).toBeNull();
    }),
    RUNS,
  );
});

it('details of any JSON in addition to a valid one are refused', () => {
  const detail = { type: 'fieldgate', actions: ['intake'] };
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.jsonValue(), (name, value) => {
      fc.pre(!['type', 'actions'].includes(name));
      const grant = readGrant([{ ...detail, [name]: value }] as Json);
      // `case`, `officer` and `reason` are free text; every other member is unknown.
      const isWord = ['case', 'officer', 'reason'].includes(name) && typeof value === 'string';
      if (!isWord) expect(grant).toBeNull();
    }),
    RUNS,
  );
});

it('parseJson gives the result of JSON.parse, or refuses', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      expect(parseJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    RUNS,
  );
});

it('parseJson refuses every object with a member written twice', () => {
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), fc.jsonValue(), (name, first, second) => {
      const member = (value: unknown) => `${JSON.stringify(name)}:${JSON.stringify(value)}`;
      expect(() => parseJson(`[{"x":{${member(first)},${member(second)}}}]`)).toThrow(SyntaxError);
    }),
    RUNS,
  );
});
