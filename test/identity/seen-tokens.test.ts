/** A token whose checks held once is not checked again, but only for the same key, issuer and time. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, it } from 'vitest';
import { readPublicJwk, type VerifyKey } from '../../shared/identity/jwk.ts';
import {
  mintAccessToken,
  TOKEN_LIFETIME,
  verifyAccessToken,
} from '../../shared/identity/tokens/access-token.ts';
import { asClientId } from '../../shared/ids.ts';

const NOW = Date.parse('2026-03-02T02:00:00Z');
const ISSUER = 'https://gate.example';

function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const verify = readPublicJwk(publicKey.export({ format: 'jwk' }) as never) as VerifyKey;
  const dsaEncoding = 'ieee-p1363';
  return { verify, sign: async (text: Uint8Array) => sign('sha256', text, { key: privateKey, dsaEncoding }) };
}

it('is refused after its end, for another issuer, under another key and with another byte', async () => {
  const key = newKey();
  const token = { clientId: asClientId('edu-county'), grant: { actions: ['intake'] }, jkt: 'a'.repeat(43) };
  const made = { issuer: ISSUER, kid: key.verify.thumbprint, sign: key.sign, now: NOW };
  const text = await mintAccessToken(token as never, made);
  const valid = { issuer: ISSUER, key: key.verify, now: NOW };
  const first = verifyAccessToken(text, valid);
  expect(first).toMatchObject({ clientId: 'edu-county' });
  expect(verifyAccessToken(text, { ...valid, now: NOW + 1000 })).toEqual(first);

  const end = NOW + TOKEN_LIFETIME * 1000;
  expect(verifyAccessToken(text, { ...valid, now: end - 1000 })).toEqual(first);
  expect(verifyAccessToken(text, { ...valid, now: end })).toBeNull();
  expect(verifyAccessToken(text, { ...valid, issuer: 'https://other.example' })).toBeNull();
  expect(verifyAccessToken(text, { ...valid, key: newKey().verify })).toBeNull();
  const [head, body, tail = ''] = text.split('.');
  const changed = `${head}.${body}.${tail.startsWith('A') ? 'B' : 'A'}${tail.slice(1)}`;
  expect(verifyAccessToken(changed, valid)).toBeNull();
  expect(verifyAccessToken(text, valid)).toEqual(first);
});
