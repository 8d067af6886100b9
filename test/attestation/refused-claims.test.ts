/** Claims, times and holders that the verifier must refuse. */
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../shared/attestation/invalid.ts';
import { faultOf, forged, hidden, join, nameOf, type Refused, rawJwt } from './forge.ts';
import {
  ABOUT,
  bind,
  digest,
  disclosure,
  forgeJwt,
  HEADER,
  holder,
  issue,
  NOW,
  newKey,
  payloadOf,
  SALT,
  SHOWN,
} from './issuer.ts';

const BINDING = { audience: 'https://verifier.example', nonce: 'n-1', maxAge: 300 };
const claims = (names: Record<string, unknown>) => forged(names);
const status = (list: object) => claims({ status: { status_list: list } });

describe('the verifier refuses', () => {
  it.each<Refused>([
    ...(['iss', 'exp', 'vct', 'cnf', 'status', 'iat'] as const).map((name): [string, () => string, Fault] => [
      `a disclosed ${name}`,
      () => {
        const { [name]: value, ...rest } = payloadOf(SHOWN) as Record<string, unknown>;
        const given = disclosure(SALT, name, value);
        return join(forgeJwt(HEADER, { ...rest, _sd: [...SHOWN, given].map(digest) }), ...SHOWN, given);
      },
      'CLAIM',
    ]),
    [
      'an outcome in clear',
      () =>
        forged(
          { outcome: 'YES' },
          SHOWN.filter((one) => nameOf(one) !== 'outcome'),
        ),
      'CLAIM',
    ],
    ['an unknown claim', () => claims({ purpose: 'C1' }), 'CLAIM'],
    ['an unknown disclosed claim', () => hidden(disclosure(SALT, 'birth_date', '2013-05-06')), 'CLAIM'],
    ['another issuer', () => claims({ iss: 'https://other.example' }), 'CLAIM'],
    ['another credential type', () => claims({ vct: 'urn:fieldgate:eligibility:2' }), 'CLAIM'],
    [
      'an outcome of another word',
      () => forged({}, [...SHOWN.slice(0, 2), disclosure(SALT, 'outcome', 'MAYBE')]),
      'CLAIM',
    ],
    [
      'an outcome that is true',
      () => forged({}, [...SHOWN.slice(0, 2), disclosure(SALT, 'outcome', true)]),
      'CLAIM',
    ],
    ['no expiry', () => claims({ exp: undefined }), 'CLAIM'],
    ['an expiry as text', () => claims({ exp: '2026-12-01' }), 'CLAIM'],
    ['an expiry with a fraction', () => claims({ exp: ABOUT.expires + 0.5 }), 'CLAIM'],
    ['an expiry that is past', () => claims({ exp: NOW / 1000 }), 'EXPIRED'],
    ['a time to come', () => claims({ iat: NOW / 1000 + 61 }), 'EXPIRED'],
    ['a beginning to come', () => claims({ nbf: NOW / 1000 + 61 }), 'EXPIRED'],
    ['no status', () => claims({ status: undefined }), 'CLAIM'],
    [
      'a status list of another host',
      () => claims({ status: { status_list: { idx: 1, uri: 'https://gateway.example.evil/1' } } }),
      'CLAIM',
    ],
    [
      'a status index below zero',
      () => claims({ status: { status_list: { idx: -1, uri: ABOUT.status.uri } } }),
      'CLAIM',
    ],
    [
      'a status index as text',
      () => claims({ status: { status_list: { idx: '1', uri: ABOUT.status.uri } } }),
      'CLAIM',
    ],
    [
      'a member called __proto__',
      () => rawJwt(JSON.stringify(HEADER), '{"__proto__":{"iss":"https://gateway.example"}}'),
      'CLAIM',
    ],
    ['no holder', () => claims({ cnf: undefined }), 'CLAIM'],
    ['a holder that is no key', () => claims({ cnf: 'x' }), 'CLAIM'],
    ['a private key', () => claims({ cnf: { jwk: { ...holder.jwk, d: SALT } } }), 'CLAIM'],
    ['a holder by another way as well', () => claims({ cnf: { jwk: holder.jwk, jku: 'x' } }), 'CLAIM'],
    ['a list of types', () => claims({ vct: ['urn:fieldgate:eligibility:1'] }), 'CLAIM'],
    ['a list of issuers', () => claims({ iss: ['https://gateway.example'] }), 'CLAIM'],
    ['the issuer with a slash', () => claims({ iss: 'https://gateway.example/' }), 'CLAIM'],
    ['a programme without a name', () => shown('programme', ''), 'CLAIM'],
    ['a programme that is no text', () => shown('programme', 7), 'CLAIM'],
    ['a second status', () => claims({ status: { status_list: LIST, other: {} } }), 'CLAIM'],
    ['more about the status', () => status({ ...LIST, more: 1 }), 'CLAIM'],
    ['an index beyond what can be counted', () => status({ ...LIST, idx: 2 ** 53 }), 'CLAIM'],
    [
      'a host behind the issuer’s name',
      () => status({ ...LIST, uri: 'https://gateway.example@evil/1' }),
      'CLAIM',
    ],
    ['an expiry beyond what can be counted', () => claims({ exp: 2 ** 53 }), 'CLAIM'],
    ['an end before the beginning', () => claims({ iat: NOW / 1000, exp: NOW / 1000 - 1 }), 'EXPIRED'],
  ])('%s', async (_, make, fault) => {
    expect(await faultOf(await make())).toBe(fault);
  });

  it.each<[string, (text: string) => string, Fault]>([
    ['another audience', (text) => bind(text, { aud: 'https://other.example' }), 'KEY_BINDING'],
    ['another nonce', (text) => bind(text, { nonce: 'n-2' }), 'KEY_BINDING'],
    [
      'another presentation',
      (text) =>
        text +
        (bind(`${text.split('~').slice(0, 2).join('~')}~`)
          .split('~')
          .at(-1) ?? ''),
      'KEY_BINDING',
    ],
    ['an old proof', (text) => bind(text, { iat: NOW / 1000 - 301 }), 'KEY_BINDING'],
    ['a proof to come', (text) => bind(text, { iat: NOW / 1000 + 61 }), 'KEY_BINDING'],
    ['a proof without time', (text) => bind(text, { iat: undefined }), 'KEY_BINDING'],
    ['a proof of another type', (text) => bind(text, {}, { alg: 'ES256', typ: 'JWT' }), 'TYPE'],
    ['a proof by another key', (text) => bind(text, {}, undefined, newKey('y').key), 'SIGNATURE'],
    ['a proof without signature', (text) => bind(text, {}, { alg: 'none', typ: 'kb+jwt' }), 'SIGNATURE'],
  ])('nor %s, where key binding is demanded', async (_, make, fault) => {
    expect(await faultOf(make(await issue()), { keyBinding: BINDING })).toBe(fault);
  });

  it('an unexpected programme', async () => {
    expect(await faultOf(await issue(), { programme: 'warm-home' })).toBe('CLAIM');
    expect(await faultOf(await issue(), { programme: 'spring-bud' })).toBeNull();
  });
});

const LIST = { idx: ABOUT.status.index, uri: ABOUT.status.uri };

function shown(name: string, value: unknown): string {
  return forged({}, [...SHOWN.filter((one) => nameOf(one) !== name), disclosure(SALT, name, value)]);
}
