/** Texts, headers and signatures that the verifier must refuse. */
import { sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { faultOf, forged, join, type Refused, rawJwt } from './forge.ts';
import { forgeJwt, HEADER, holder, issue, issuer, newKey, payloadOf, SALT, SHOWN } from './issuer.ts';

describe('the verifier refuses', () => {
  it.each<Refused>([
    ['no text', () => '', 'MALFORMED'],
    ['a JWT without the tilde of an SD-JWT', () => forgeJwt(HEADER, payloadOf([])), 'MALFORMED'],
    ['an empty disclosure', () => `${forgeJwt(HEADER, payloadOf([]))}~~`, 'MALFORMED'],
    ['another type', () => forged({}, SHOWN, { ...HEADER, typ: 'vc+sd-jwt' }), 'TYPE'],
    ['an access token', () => forged({}, SHOWN, { ...HEADER, typ: 'at+jwt' }), 'TYPE'],
    ['no type', () => forged({}, SHOWN, { alg: 'ES256', kid: 'issuer' }), 'TYPE'],
    ['a critical header', () => forged({}, SHOWN, { ...HEADER, crit: ['x'] }), 'TYPE'],
    ['a key of its own', () => forged({}, SHOWN, { ...HEADER, jwk: holder.jwk }), 'TYPE'],
    ['alg none', () => forged({}, SHOWN, { ...HEADER, alg: 'none' }), 'SIGNATURE'],
    ['alg HS256', () => forged({}, SHOWN, { ...HEADER, alg: 'HS256' }), 'SIGNATURE'],
    ['alg in small letters', () => forged({}, SHOWN, { ...HEADER, alg: 'es256' }), 'SIGNATURE'],
    [
      'an algorithm that the key is not of',
      () => forged({}, SHOWN, { ...HEADER, alg: 'Ed25519' }),
      'SIGNATURE',
    ],
    ['an unknown key id', () => forged({}, SHOWN, { ...HEADER, kid: 'other' }), 'SIGNATURE'],
    [
      'the signature of another key',
      () => join(forgeJwt(HEADER, payloadOf(SHOWN), newKey('x').key), ...SHOWN),
      'SIGNATURE',
    ],
    [
      'a DER signature',
      async () => {
        const text = (await issue()).split('~')[0]?.split('.').slice(0, 2).join('.') ?? '';
        return join(
          `${text}.${sign('sha256', Buffer.from(text), issuer.key).toString('base64url')}`,
          ...SHOWN,
        );
      },
      'SIGNATURE',
    ],
    [
      'a changed payload',
      async () => {
        const [head, , tail] = (await issue()).split('~')[0]?.split('.') ?? [];
        const body = Buffer.from(JSON.stringify(payloadOf(SHOWN))).toString('base64url');
        return join(`${head}.${body}.${tail}`, ...SHOWN);
      },
      'SIGNATURE',
    ],
    ['padded base64', async () => `${(await issue()).split('~')[0]}=~`, 'MALFORMED'],
    [
      'base64 with loose end bits',
      async () => {
        const jwt = (await issue()).split('~')[0] ?? '';
        return `${jwt.slice(0, -1)}${jwt.endsWith('B') ? 'C' : 'B'}~`;
      },
      'MALFORMED',
    ],
    [
      'a member twice',
      () => {
        const body = JSON.stringify(payloadOf(SHOWN)).replace('{', '{"iss":"https://gateway.example",');
        return rawJwt(JSON.stringify(HEADER), body);
      },
      'MALFORMED',
    ],
    ['a byte order mark', () => rawJwt(`\uFEFF${JSON.stringify(HEADER)}`, '{}'), 'MALFORMED'],
    ['an algorithm in a list', () => forged({}, SHOWN, { ...HEADER, alg: ['ES256'] }), 'SIGNATURE'],
    ['a key id that is no text', () => forged({}, SHOWN, { ...HEADER, kid: 7 }), 'SIGNATURE'],
    ['a header of another profile', () => forged({}, SHOWN, { ...HEADER, cty: 'JWT' }), 'TYPE'],
    [
      'a header with a prototype',
      () =>
        rawJwt(
          '{"alg":"ES256","typ":"dc+sd-jwt","__proto__":{"kid":"issuer"}}',
          JSON.stringify(payloadOf([])),
        ),
      'TYPE',
    ],
    ['an end of a line within', async () => (await issue()).replace('.', '.\n'), 'MALFORMED'],
    ['one tilde too many', async () => `${await issue()}~`, 'MALFORMED'],
    ['tildes alone', () => '~~~~', 'MALFORMED'],
    ['what is longer than any', () => 'a'.repeat(70_000), 'MALFORMED'],
    ['a number beyond all bounds', () => rawJwt(JSON.stringify(HEADER), '{"exp":1e400}'), 'MALFORMED'],
    [
      'what is nested without end',
      () => rawJwt(JSON.stringify(HEADER), `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`),
      'MALFORMED',
    ],
    [
      'a signature of zeros',
      async () => (await issue()).replace(/\.[\w-]{86}~/, `.${'A'.repeat(86)}~`),
      'SIGNATURE',
    ],
  ])('%s', async (_, make, fault) => {
    expect(await faultOf(await make())).toBe(fault);
  });

  it('one under two keys of one name, a private key, or a key for something else', async () => {
    const text = await issue();
    expect(await faultOf(text, { keys: [issuer.jwk, issuer.jwk] })).toBe('SIGNATURE');
    expect(await faultOf(text, { keys: [] })).toBe('SIGNATURE');
    expect(await faultOf(text, { keys: [{ ...issuer.jwk, use: 'enc' }] })).toBe('SIGNATURE');
    expect(await faultOf(text, { keys: [{ ...issuer.jwk, d: SALT }] })).toBe('SIGNATURE');
    expect(await faultOf(text, { keys: [{ ...issuer.jwk, alg: 'RS256' }] })).toBe('SIGNATURE');
    expect(await faultOf(text, { keys: [{ ...issuer.jwk, key_ops: ['sign'] }] })).toBe('SIGNATURE');
    expect(await faultOf(text, { keys: [{ ...issuer.jwk, x: 'A'.repeat(43) }] })).toBe('SIGNATURE');
  });
});
