/** The access token of a call, its scheme, and the effect of its grant. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { putAgency } from '../../shared/identity/agencies/agencies.ts';
import { thumbprintOf } from '../../shared/identity/jwk.ts';
import { kmsSign, publicKeyOf } from '../../shared/keys/sign.ts';
import { agencyWith, CLIENT, ISSUER, makeAssertion, makeProof, tokenHeaders } from '../support/identity.ts';
import { encode } from '../support/jws.ts';
import { BAD_TOKEN, NOW, openGuarded } from './guarded.ts';

const { parts, token, boundToken, call } = await openGuarded();
let bound: string;
beforeEach(async () => {
  bound = await boundToken();
});
afterAll(() => parts.close());

type Members = Record<string, unknown>;
const proofFor = () => makeProof(parts, { method: 'POST', path: '/v1/thing', token: bound });
/** A call under another token, with a proof that is good for it. */
const withToken = (text: string, path = '/v1/thing', method = 'POST') =>
  call(
    { authorization: `DPoP ${text}`, dpop: makeProof(parts, { method, path, token: text }) },
    path,
    method,
  );

describe('the scheme', () => {
  it('Bearer refuses a bound token, with a proof and without', async () => {
    expect(await call({ authorization: `Bearer ${bound}` })).toMatchObject(BAD_TOKEN);
    expect(await call({ authorization: `Bearer ${bound}`, dpop: proofFor() })).toMatchObject(BAD_TOKEN);
  });

  it('is read without regard to case', async () => {
    expect(await call({ authorization: `dpop ${bound}`, dpop: proofFor() })).toMatchObject({ status: 200 });
  });

  it.each([
    ['nothing', ''],
    ['Basic', 'Basic dXNlcjpwYXNz'],
    ['a scheme alone', 'DPoP'],
    ['two tokens', 'Bearer a.b.c, Bearer a.b.c'],
    ['no scheme', 'a.b.c'],
  ])('refuses %s', async (_, authorization) => {
    expect(await call({ authorization, dpop: proofFor() })).toMatchObject(BAD_TOKEN);
  });
});

describe('an access token', () => {
  const claims = () => ({
    iss: ISSUER,
    aud: ISSUER,
    sub: CLIENT,
    client_id: CLIENT,
    iat: NOW,
    exp: NOW + 300,
    jti: 'id',
    cnf: { jkt: thumbprintOf(parts.dpop.jwk) },
    authorization_details: [{ type: 'fieldgate', actions: ['release'], purpose: 'S1' }],
  });

  /** Signed by the gateway's own key, so that only the claims can be wrong. */
  async function own(changes: Members, header: Members = {}, by?: string): Promise<string> {
    const { kms, env } = parts.deps;
    const [head = ''] = bound.split('.');
    const standard = JSON.parse(Buffer.from(head, 'base64url').toString()) as object;
    const text = `${encode({ ...standard, ...header })}.${encode({ ...claims(), ...changes })}`;
    const signature = await kmsSign(kms, by ?? env.tokenKey, 'ECDSA_SHA_256', Buffer.from(text));
    return `${text}.${signature.toString('base64url')}`;
  }

  it('that is made by hand from the standard claims is accepted, which proves that the refusals below have another cause', async () => {
    expect(await withToken(await own({}))).toMatchObject({ status: 200 });
  });

  it.each<[string, Members, Members]>([
    ['typ JWT, as an ID token has', {}, { typ: 'JWT' }],
    ['no typ', {}, { typ: undefined }],
    ['typ of a status token', {}, { typ: 'statuslist+jwt' }],
    ['alg none', {}, { alg: 'none' }],
    ['alg HS256', {}, { alg: 'HS256' }],
    ['another kid', {}, { kid: 'other' }],
    ['no kid', {}, { kid: undefined }],
    ['crit', {}, { crit: ['exp'] }],
    ['no exp', { exp: undefined }, {}],
    ['exp now', { exp: NOW }, {}],
    ['a life of more than 300 s', { exp: NOW + 301 }, {}],
    ['no iat', { iat: undefined }, {}],
    ['another iss', { iss: 'https://other.example' }, {}],
    ['no iss', { iss: undefined }, {}],
    ['another aud', { aud: 'https://other.example' }, {}],
    ['aud of many', { aud: [ISSUER, 'https://other.example'] }, {}],
    ['no aud', { aud: undefined }, {}],
    ['no client_id', { client_id: undefined }, {}],
    ['client_id other than sub', { sub: 'other' }, {}],
    ['no jti', { jti: undefined }, {}],
    ['an unknown client', { sub: 'nobody', client_id: 'nobody' }, {}],
    ['no authorization_details', { authorization_details: undefined }, {}],
    ['details of another type', { authorization_details: [{ type: 'other' }] }, {}],
    ['no cnf, so bound to nothing', { cnf: undefined }, {}],
    ['a cnf of another method', { cnf: { 'x5t#S256': 'A'.repeat(43) } }, {}],
    ['an empty cnf', { cnf: {} }, {}],
    ['a jkt that is none', { cnf: { jkt: 'short' } }, {}],
  ])('is refused with %s', async (_, changes, header) => {
    expect(await withToken(await own(changes, header))).toMatchObject(BAD_TOKEN);
  });

  it('is refused if the key of sealed answers signed it, under its own kid or that of the token key', async () => {
    const { kms, env } = parts.deps;
    const key = await publicKeyOf(kms, env.answerKey);
    const kid = thumbprintOf(key.export({ format: 'jwk' }) as never);
    expect(await withToken(await own({}, { kid }, env.answerKey))).toMatchObject(BAD_TOKEN);
    expect(await withToken(await own({}, {}, env.answerKey))).toMatchObject(BAD_TOKEN);
  });

  it('is refused with a changed signature, with one in DER, and if it is another kind of token', async () => {
    const { kms, env } = parts.deps;
    const publicKey = await publicKeyOf(kms, env.tokenKey);
    const [head, body, tail = ''] = bound.split('.');
    const der = Buffer.concat([Buffer.from('3044', 'hex'), Buffer.from(tail, 'base64url')]);
    const secret = publicKey.export({ format: 'pem', type: 'spki' });
    const mac = createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url');
    const things = [
      `${head}.${encode({ ...claims(), sub: 'mca-county' })}.${tail}`,
      `${head}.${body}.${der.toString('base64url')}`,
      `${head}.${body}.${mac}`,
      `${head}.${body}.`,
      makeAssertion(parts),
      proofFor(),
      'a.b.c',
    ];
    for (const thing of things) expect(await withToken(thing)).toMatchObject(BAD_TOKEN);
  });

  it('ends after 300 s', async () => {
    parts.clock.now += 299_999;
    expect(await withToken(bound)).toMatchObject({ status: 200 });
    parts.clock.now += 1;
    expect(await withToken(bound)).toMatchObject(BAD_TOKEN);
    parts.clock.now -= 300_000;
  });
});

describe('the grant', () => {
  it('opens no route of another action', async () => {
    const answer = await withToken(bound, '/v1/intake-only', 'GET');
    expect(answer).toMatchObject({ status: 403, code: 'ACTION_NOT_GRANTED' });
  });

  it('ends with the registration, and a suspension stops within 5 s', async () => {
    const { tables } = parts.deps;
    await putAgency(tables.agencies, agencyWith(parts.sig, { actions: ['intake'] }));
    expect(await withToken(bound)).toMatchObject({ code: 'ACTION_NOT_GRANTED' });
    await putAgency(tables.agencies, agencyWith(parts.sig, { suspended: true }));
    expect(await withToken(bound)).toMatchObject({
      status: 403,
      code: 'AGENCY_SUSPENDED',
    });
    await putAgency(tables.agencies, agencyWith(parts.sig));
  });
});

it('answers 503 and no data while the agencies table is out of reach', async () => {
  parts.clock.now += 6000;
  const fresh = await token(tokenHeaders(parts));
  parts.clock.now += 6000;
  parts.faults.add({ service: 'store', kind: 'error', operation: 'GetItem', times: 100 });
  const answer = await withToken(fresh);
  parts.faults.clear();
  parts.clock.now -= 12_000;
  expect(answer).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE' });
  expect(answer.response.headers.get('content-type')).toBe('application/problem+json');
});
