/** Attestations: what is issued, what the strict verifier takes, and everything that it must not. */

import { createHash, createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { describe, expect, it } from 'vitest';
import { checkStatus, verifyEligibility } from '../../shared/attestation/eligibility.ts';
import type { Fault } from '../../shared/attestation/invalid.ts';
import { deflate, setBits } from '../../shared/attestation/status-list.ts';
import {
  ABOUT,
  bind,
  digest,
  disclosure,
  forgeJwt,
  HEADER,
  holder,
  ISSUER,
  issue,
  issuer,
  NOW,
  newKey,
  payloadOf,
  SALT,
  SHOWN,
} from './issuer.ts';

const options = { issuer: ISSUER, keys: [issuer.jwk], now: NOW };
/** The outside implementation's clock. */
const AT = { currentDate: NOW / 1000 };
const BINDING = { audience: 'https://verifier.example', nonce: 'n-1', maxAge: 300 };

async function faultOf(text: string, more: object = {}): Promise<Fault | null> {
  try {
    await verifyEligibility(text, { ...options, ...more });
    return null;
  } catch (error) {
    return (error as { fault: Fault }).fault ?? Promise.reject(error);
  }
}

const join = (jwt: string, ...disclosures: string[]) => `${[jwt, ...disclosures].join('~')}~`;
const forged = (change: Record<string, unknown>, shown = SHOWN, header: object = HEADER) =>
  join(forgeJwt(header, payloadOf(shown, change)), ...shown);

describe('an attestation', () => {
  it('says what it was issued for', async () => {
    expect(await verifyEligibility(await issue(), options)).toEqual(ABOUT);
  });

  it('is of one length whatever the outcome', async () => {
    const lengths = new Set<number>();
    for (const outcome of ['YES', 'NOT_CONFIRMED', 'YES', 'NOT_CONFIRMED'] as const) {
      const text = await issue({ outcome });
      expect((await verifyEligibility(text, options)).outcome).toBe(outcome);
      lengths.add(text.length);
    }
    expect([...lengths]).toHaveLength(1);
    expect([...lengths][0]).toBeLessThan(1800);
  });

  it('never repeats a salt, a digest or a decoy', async () => {
    const texts = await Promise.all(Array.from({ length: 20 }, () => issue()));
    const marks = texts.flatMap((text) => {
      const [jwt = '', ...disclosures] = text.split('~');
      const { _sd } = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
      expect(_sd).toHaveLength(8);
      return [..._sd, ...disclosures.filter((one) => one !== '').map((one) => salt(one))];
    });
    expect(new Set(marks).size).toBe(marks.length);
  });

  it('can be shown without pseudonym and recipient, but not without what it says', async () => {
    const [jwt = '', ...disclosures] = (await issue()).split('~');
    const showing = (...names: string[]) =>
      join(jwt, ...disclosures.filter((one) => one !== '' && names.includes(nameOf(one))));
    const shown = await verifyEligibility(showing('programme', 'outcome'), options);
    expect(shown.pseudonym).toBeUndefined();
    expect(shown.recipient).toBeUndefined();
    expect(await faultOf(showing('programme'))).toBe('CLAIM');
    expect(await faultOf(showing('outcome'))).toBe('CLAIM');
  });

  it('is bound to its holder where the verifier demands it, and only there', async () => {
    const text = await issue();
    expect(await faultOf(bind(text), { keyBinding: BINDING })).toBeNull();
    expect(await faultOf(text, { keyBinding: BINDING })).toBe('KEY_BINDING');
    expect(await faultOf(bind(text))).toBe('KEY_BINDING');
  });

  it('verifies with an implementation of other people, revocation included', async () => {
    const outside = (revoked: number[]) => outsideVerifier(revoked);
    const text = await issue();
    expect(await outside([]).getClaims(text)).toMatchObject({ programme: 'spring-bud', outcome: 'YES' });
    const { payload } = await outside([1, 2, 3]).verify(text, AT);
    expect(payload).toMatchObject({ vct: 'urn:fieldgate:eligibility:1', sub: ABOUT.pseudonym });
    await expect(outside([ABOUT.status.index]).verify(text, AT)).rejects.toThrow();
    await expect(outside([]).verify(`${text.slice(0, 400)}A${text.slice(401)}`, AT)).rejects.toThrow();
  });
});

/** `@sd-jwt/sd-jwt-vc` as its own documentation sets it up. */
function outsideVerifier(revoked: number[]): SDJwtVcInstance {
  const key = createPublicKey({ key: issuer.jwk as never, format: 'jwk' });
  const verifier = (data: string, signature: string) =>
    verify(
      'sha256',
      Buffer.from(data),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
  return new SDJwtVcInstance({
    verifier,
    statusVerifier: verifier,
    statusListFetcher: async (uri) =>
      forgeJwt(
        { alg: 'ES256', typ: 'statuslist+jwt', kid: 'issuer' },
        {
          sub: uri,
          iat: NOW / 1000,
          exp: NOW / 1000 + 60,
          status_list: { bits: 1, lst: await deflate(setBits(1_000_000, revoked)) },
        },
      ),
    hasher: (data, algorithm) =>
      createHash(algorithm.replace('-', ''))
        .update(typeof data === 'string' ? data : Buffer.from(data))
        .digest(),
    hashAlg: 'sha-256',
    saltGenerator: () => randomBytes(16).toString('base64url'),
  });
}

describe('the verifier takes nothing else', () => {
  const claims = (names: Record<string, unknown>) => forged(names);
  it.each<[string, () => string | Promise<string>, Fault]>([
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
    [
      'a disclosure that the payload does not commit to',
      () => join(forgeJwt(HEADER, payloadOf(SHOWN)), ...SHOWN, disclosure(SALT, 'extra', 1)),
      'DISCLOSURE',
    ],
    [
      'a changed disclosure',
      () => join(forgeJwt(HEADER, payloadOf(SHOWN)), ...SHOWN.slice(0, 2), disclosure(SALT, 'outcome', 'NO')),
      'DISCLOSURE',
    ],
    [
      'a disclosure twice',
      () => join(forgeJwt(HEADER, payloadOf(SHOWN)), ...SHOWN, SHOWN[0] as string),
      'DISCLOSURE',
    ],
    ['a digest twice', () => forged({ _sd: [...SHOWN, SHOWN[0] as string].map(digest) }), 'DISCLOSURE'],
    ['a decoy twice', () => forged({ _sd: [...SHOWN.map(digest), digest('x'), digest('x')] }), 'DISCLOSURE'],
    [
      'a digest twice at different depths',
      () => {
        const inner = disclosure(SALT, 'a', { _sd: [digest('x')] });
        return forged({ _sd: [...SHOWN, inner].map(digest).concat(digest('x')) }, [...SHOWN, inner]);
      },
      'DISCLOSURE',
    ],
    ['a digest that is no digest', () => forged({ _sd: [...SHOWN.map(digest), 'short'] }), 'DISCLOSURE'],
    ['digests that are no list', () => forged({ _sd: { a: 1 } }, []), 'DISCLOSURE'],
    ['another hash', () => forged({ _sd_alg: 'sha-512' }), 'DISCLOSURE'],
    [
      'a hash named below the top',
      () => forged({ cnf: { jwk: holder.jwk, _sd_alg: 'sha-256' } }),
      'DISCLOSURE',
    ],
    ['the reserved name _sd', () => hidden(disclosure(SALT, '_sd', ['x'])), 'DISCLOSURE'],
    ['the reserved name ...', () => hidden(disclosure(SALT, '...', 'x')), 'DISCLOSURE'],
    ['the reserved name in the payload', () => claims({ '...': 'x' }), 'DISCLOSURE'],
    ['a name that is no text', () => hidden(disclosure(SALT, 7, 'x')), 'DISCLOSURE'],
    ['a salt that is no text', () => hidden(disclosure(7, 'a', 'x')), 'DISCLOSURE'],
    ['a salt of 120 bits', () => hidden(disclosure('MDEyMzQ1Njc4OWFiY2Rl', 'a', 'x')), 'DISCLOSURE'],
    ['a disclosure of four parts', () => hidden(disclosure(SALT, 'a', 'x', 'y')), 'DISCLOSURE'],
    ['a disclosure of one part', () => hidden(disclosure(SALT)), 'DISCLOSURE'],
    ['a disclosure that is no list', () => hidden(Buffer.from('{}').toString('base64url')), 'DISCLOSURE'],
    ['a disclosure that is no JSON', () => hidden(Buffer.from('[').toString('base64url')), 'MALFORMED'],
    ['an element where a member belongs', () => hidden(disclosure(SALT, 'x')), 'DISCLOSURE'],
    [
      'a member where an element belongs',
      () => {
        const member = disclosure(SALT, 'a', 'x');
        return forged({ list: [{ '...': digest(member) }] }, [...SHOWN, member]);
      },
      'DISCLOSURE',
    ],
    ['an element with more members', () => claims({ list: [{ '...': digest('x'), a: 1 }] }), 'DISCLOSURE'],
    ['a disclosed name that is taken', () => hidden(disclosure(SALT, 'vct', 'urn:other')), 'DISCLOSURE'],
    [
      'one name disclosed twice',
      () =>
        hidden(
          disclosure(SALT, 'outcome', 'YES').replace(/$/, ''),
          disclosure(`${SALT}x`, 'outcome', 'NOT_CONFIRMED'),
        ),
      'DISCLOSURE',
    ],
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

  it('nor a programme that was not meant', async () => {
    expect(await faultOf(await issue(), { programme: 'warm-home' })).toBe('CLAIM');
    expect(await faultOf(await issue(), { programme: 'spring-bud' })).toBeNull();
  });

  it('nor one under two keys of one name, or a private key', async () => {
    const text = await issue();
    expect(await faultOf(text, { keys: [issuer.jwk, issuer.jwk] })).toBe('SIGNATURE');
    expect(await faultOf(text, { keys: [] })).toBe('SIGNATURE');
    expect(await faultOf(text, { keys: [{ ...issuer.jwk, use: 'enc' }] })).toBe('SIGNATURE');
    expect(await faultOf(text, { keys: [{ ...issuer.jwk, d: SALT }] })).toBe('SIGNATURE');
  });
});

it('a revoked attestation is told from a valid one, and from one outside the list', () => {
  const list = (indexes: number[]) => ({ bits: 1, bytes: setBits(1_000_000, indexes) });
  expect(() => checkStatus(ABOUT, list([123_455, 123_457]))).not.toThrow();
  expect(() => checkStatus(ABOUT, list([123_456]))).toThrow('REVOKED');
  expect(() => checkStatus({ status: { uri: '', index: 1_000_000 } }, list([]))).toThrow('STATUS');
});

/** An attestation with further disclosures. */
function hidden(...more: string[]): string {
  const base = more.some((one) => one.length > 0 && tryName(one) === 'outcome')
    ? SHOWN.filter((one) => nameOf(one) !== 'outcome')
    : SHOWN;
  return forged({}, [...base, ...more]);
}

function rawJwt(header: string, payload: string): string {
  const text = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`;
  const signature = sign('sha256', Buffer.from(text), { key: issuer.key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}~`;
}

function nameOf(text: string): string {
  return JSON.parse(Buffer.from(text, 'base64url').toString())[1];
}
function tryName(text: string): unknown {
  try {
    return nameOf(text);
  } catch {
    return null;
  }
}
function salt(text: string): string {
  return JSON.parse(Buffer.from(text, 'base64url').toString())[0];
}
