import type { webcrypto } from 'node:crypto';
import { CompactEncrypt, CompactSign, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { describe, expect, test } from 'vitest';
import { encryptTo } from '../../functions/steps/encrypt-to.ts';
import { askedOf } from '../../shared/client/wire/asked.ts';
import { hybridKey, newHybridSeed, publicJwk } from '../../shared/client/wire/hybrid.ts';
import { connected, fakeGateway, ISSUER, json, newKey, RECEIPT } from './fake-gateway.ts';

const ANSWER = {
  release: 'release-1',
  purpose: 'W4',
  policy: { version: '1', hash: 'h' },
  obligations: [],
  results: [{ ref: 'r', fields: {}, receipt: RECEIPT }],
};
const REQUEST = { purpose: 'W4', subjects: [{ ref: 'r' }] };

const enc = await newKey('ECDH-ES');
const signer = await generateKeyPair('ES256');
const gateway = fakeGateway();
const jwk = await exportJWK(signer.publicKey);
gateway.on('/.well-known/jwks.json', json({ keys: [{ ...jwk, kid: 'k1', alg: 'ES256', use: 'sig' }] }));

interface Making {
  header?: object;
  key?: webcrypto.CryptoKey;
  to?: JWK;
  alg?: string;
  contentEncryption?: string;
  zip?: string;
}

async function seal({
  header = {},
  key = signer.privateKey,
  to = enc,
  alg = 'ECDH-ES',
  contentEncryption = 'A256GCM',
  zip,
}: Making = {}) {
  const jws = await signed(header, key);
  const { d: _private, ...recipient } = to;
  return new CompactEncrypt(Buffer.from(jws))
    .setProtectedHeader({ alg, enc: contentEncryption, ...(zip !== undefined && { zip }) })
    .encrypt(await importJWK(recipient, alg));
}

const signed = async (header: object = {}, key = signer.privateKey) =>
  new CompactSign(Buffer.from(JSON.stringify(ANSWER)))
    .setProtectedHeader({
      alg: 'ES256',
      typ: 'fieldgate-release+jws',
      kid: 'k1',
      iss: ISSUER,
      aud: 'edu-county',
      iat: Math.floor(Date.now() / 1000),
      asked: await askedOf('POST', '/v1/releases', JSON.stringify({ subjects: REQUEST.subjects })),
      entry: RECEIPT.entry,
      ...header,
    })
    .sign(key);

function answerWith(text: string, type = 'application/jose'): void {
  gateway.on('/v1/releases', new Response(text, { headers: { 'content-type': type } }));
}

test('opens what the gateway sealed to this agency', async () => {
  answerWith(await seal());
  const gate = await connected(gateway, { enc });
  expect(await gate.release(REQUEST)).toEqual({ ...ANSWER, receipts: 'unchecked' });
  expect(await gate.release({ ...REQUEST, sealed: true })).toEqual({ ...ANSWER, receipts: 'unchecked' });
  expect(gateway.calls('/v1/releases').at(-1)?.headers.get('accept')).toBe('application/jose');
});

test.each<[string, () => Promise<Making>]>([
  ['signed by someone else', async () => ({ key: (await generateKeyPair('ES256')).privateKey })],
  ['signed for another agency', async () => ({ header: { aud: 'mca-county' } })],
  ['signed by another gateway', async () => ({ header: { iss: 'https://other.test' } })],
  ['signed as something else', async () => ({ header: { typ: 'at+jwt' } })],
  ['encrypted to another key', async () => ({ to: await newKey('ECDH-ES') })],
  ['encrypted by another key agreement', async () => ({ alg: 'ECDH-ES+A256KW' })],
  ['encrypted by another algorithm', async () => ({ contentEncryption: 'A128CBC-HS256' })],
  ['compressed', async () => ({ zip: 'DEF' })],
])('does not take an answer %s', async (_what, making) => {
  answerWith(await seal(await making()));
  const gate = await connected(gateway, { enc });
  await expect(gate.release(REQUEST)).rejects.toMatchObject({ code: 'ANSWER_INVALID' });
});

test.each<[string, object]>([
  ['to a release about another person', { asked: 'A'.repeat(43) }],
  ['to no request', { asked: undefined }],
  ['of another time', { iat: Math.floor(Date.now() / 1000) - 600 }],
  ['of no time', { iat: undefined }],
  ['with the receipt of another', { entry: 'another-1-0' }],
])('refuses a kept answer %s, which the gateway signed', async (_what, header) => {
  answerWith(await seal({ header }));
  const gate = await connected(gateway, { enc });
  await expect(gate.release(REQUEST)).rejects.toMatchObject({ code: 'ANSWER_REPLAYED' });
});

test('a request is named with its query, in whatever form a gateway in front writes that', async () => {
  const asked = (path: string) => askedOf('GET', path, null);
  const one = await asked('/v1/files?name=%E5%BC%A0%20a&at=2&at=1');
  expect(await asked('/v1/files?at=1&at=2&name=张+a')).toBe(one);
  for (const other of ['', '?name=%E5%BC%A0%20a&at=2', '?name=%E5%BC%A0%20a&at=2&at=3', '?name=b&at=2&at=1'])
    expect(await asked(`/v1/files${other}`)).not.toBe(one);
  expect(await asked('/v1/files?')).toBe(await asked('/v1/files'));
});

test('refuses a changed byte', async () => {
  const parts = (await seal()).split('.');
  const text = parts[3] as string;
  parts[3] = (text[0] === 'A' ? 'B' : 'A') + text.slice(1);
  answerWith(parts.join('.'));
  const gate = await connected(gateway, { enc });
  await expect(gate.release(REQUEST)).rejects.toMatchObject({ code: 'ANSWER_INVALID' });
});

test('refuses an answer in clear to a request for a sealed one', async () => {
  gateway.on('/v1/releases', json(ANSWER));
  const gate = await connected(gateway, { enc });
  await expect(gate.release({ ...REQUEST, sealed: true })).rejects.toMatchObject({ code: 'ANSWER_INVALID' });
  expect(await gate.release(REQUEST)).toEqual({ ...ANSWER, receipts: 'unchecked' });
});

test('reports a missing key', async () => {
  answerWith(await seal());
  const gate = await connected(gateway);
  await expect(gate.release(REQUEST)).rejects.toMatchObject({ code: 'NO_ENCRYPTION_KEY' });
});

const HYBRID = 'application/fieldgate-sealed';

describe('with a hybrid key', () => {
  const hybrid = newHybridSeed();
  const sealed = async (header = {}) =>
    encryptTo({ ...publicJwk(await hybridKey({ ...hybrid })), kid: 'h' }, await signed(header));
  const ask = async (keys: object, sealing = false) =>
    (await connected(gateway, keys)).release({ ...REQUEST, sealed: sealing });

  test('opens what the gateway sealed to it, and asks for no other form', async () => {
    for (const keys of [{ enc, hybrid }, { hybrid }])
      for (const sealing of [false, true]) {
        answerWith(await sealed(), HYBRID);
        expect(await ask(keys, sealing)).toEqual({ ...ANSWER, receipts: 'unchecked' });
      }
    expect(gateway.calls('/v1/releases').at(-1)?.headers.get('accept')).toBe(HYBRID);
  });

  test.each(['application/jose', HYBRID])(
    'takes nothing that is sealed to the other key, whatever it is called: %s',
    async (type) => {
      for (const sealing of [false, true]) {
        answerWith(await seal(), type);
        await expect(ask({ enc, hybrid }, sealing)).rejects.toMatchObject({ code: 'ANSWER_INVALID' });
      }
    },
  );

  test('takes an answer by another name only as what it is', async () => {
    answerWith(await sealed(), 'application/jose');
    expect(await ask({ enc, hybrid })).toEqual({ ...ANSWER, receipts: 'unchecked' });
    for (const type of ['application/json', 'text/html']) {
      answerWith(await sealed(), type);
      await expect(ask({ enc, hybrid })).rejects.toMatchObject({ code: 'ANSWER_INVALID' });
    }
  });

  test('takes no answer of another signer, agency, request or kind', async () => {
    for (const [header, code] of [
      [{ aud: 'mca-county' }, 'ANSWER_INVALID'],
      [{ typ: 'at+jwt' }, 'ANSWER_INVALID'],
      [{ asked: 'A'.repeat(43) }, 'ANSWER_REPLAYED'],
    ] as const) {
      answerWith(await sealed(header), HYBRID);
      await expect(ask({ hybrid })).rejects.toMatchObject({ code });
    }
  });

  test('names the key that a program lacks', async () => {
    answerWith(await sealed(), HYBRID);
    await expect(ask({ enc })).rejects.toMatchObject({
      code: 'NO_ENCRYPTION_KEY',
      message: expect.stringContaining('(hybrid)'),
    });
  });
});
