import { createHmac, hash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../functions/http/app.ts';
import { authenticate } from '../../functions/http/auth.ts';
import { tokenApp } from '../../functions/token/app.ts';
import { putAgency } from '../../shared/identity/agencies.ts';
import { thumbprintOf } from '../../shared/identity/jwk.ts';
import { kmsSign, publicKeyOf } from '../../shared/keys/sign.ts';
import {
  agencyWith,
  CLIENT,
  ISSUER,
  makeAssertion,
  makeProof,
  openParts,
  type Parts,
  tokenForm,
  tokenHeaders,
} from '../support/identity.ts';
import { ecKey, edKey, encode, makeJws, rsaKey, type TestKey } from '../support/jws.ts';

let parts: Parts;
let app: ReturnType<typeof createApp>;
let bound: string;

beforeAll(async () => {
  parts = await openParts();
  app = createApp();
  app.post('/v1/thing', authenticate(parts.deps, { action: 'release' }), (c) => {
    const { caller, grant, jkt, clockSkew } = c.get('session');
    return c.json({ caller, grant, jkt, clockSkew });
  });
  app.get('/v1/things/:id', authenticate(parts.deps, { action: null }), (c) => c.json({}));
  app.get('/v1/intake-only', authenticate(parts.deps, { action: 'intake' }), (c) => c.json({}));
  app.get('/v1/deferred', authenticate(parts.deps, { action: null, deferReplay: true }), async (c) => {
    await c.get('session').replay.claim();
    return c.json({});
  });
});
beforeEach(async () => {
  bound = await token({ dpop: makeProof(parts, { method: 'POST', path: '/oauth/token' }) });
});
afterAll(() => parts.close());

async function token(headers: Record<string, string>): Promise<string> {
  const response = await tokenApp(parts.deps, { knows: () => true }).request('/oauth/token', {
    method: 'POST',
    headers,
    body: tokenForm(parts),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

async function call(headers: Record<string, string>, path = '/v1/thing', method = 'POST') {
  const response = await app.request(path, { method, headers });
  const body = (await response.json()) as Record<string, unknown>;
  const challenge = response.headers.get('www-authenticate') ?? '';
  return {
    status: response.status,
    code: body.code,
    error: /error="(\w+)"/.exec(challenge)?.[1],
    body,
    response,
  };
}

type Members = Record<string, unknown>;
const proofFor = (claims: Members = {}, header: Members = {}, key?: TestKey) =>
  makeProof(
    parts,
    { method: 'POST', path: '/v1/thing', token: bound, ...(key ? { key } : {}) },
    claims,
    header,
  );
/** A call under another token, with a proof that is good for it. */
const withToken = (text: string, path = '/v1/thing', method = 'POST') =>
  call(
    { authorization: `DPoP ${text}`, dpop: makeProof(parts, { method, path, token: text }) },
    path,
    method,
  );
const withProof = (dpop: string) => call({ authorization: `DPoP ${bound}`, dpop });

const BAD_PROOF = { status: 401, code: 'DPOP_INVALID', error: 'invalid_dpop_proof' };
const BAD_TOKEN = { status: 401, code: 'TOKEN_INVALID', error: 'invalid_token' };
const NOW = Date.parse('2026-03-02T08:00:00Z') / 1000;

describe('a DPoP proof', () => {
  it('is accepted, and the session says who calls', async () => {
    const answer = await withProof(proofFor({ iat: NOW - 7 }));
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toMatchObject({
      caller: { clientId: CLIENT, departments: ['EDU'], areas: ['990001'] },
      grant: { actions: ['release'], purpose: 'S1' },
      clockSkew: -7,
    });
    expect(answer.response.headers.get('cache-control')).toBe('no-store');
  });

  it.each<[string, Members]>([
    ['htu with another case of scheme and host', { htu: 'HTTPS://Gateway.EXAMPLE/v1/thing' }],
    ['htu with the default port', { htu: `${ISSUER}:443/v1/thing` }],
    ['htu with query and fragment, which are ignored', { htu: `${ISSUER}/v1/thing?a=1#b` }],
    ['iat at the oldest', { iat: NOW - 120 }],
    ['iat a little ahead', { iat: NOW + 60 }],
    ['iat with a fraction', { iat: NOW - 0.5 }],
    ['a jti of 128 characters', { jti: 'j'.repeat(128) }],
  ])('accepts %s', async (_, claims) => {
    expect(await withProof(proofFor(claims))).toMatchObject({ status: 200 });
  });

  it.each<[string, Members]>([
    ['htm in lower case', { htm: 'post' }],
    ['htm of another method', { htm: 'GET' }],
    ['no htm', { htm: undefined }],
    ['no htu', { htu: undefined }],
    ['htu of another host', { htu: 'https://other.example/v1/thing' }],
    ['htu of another port', { htu: `${ISSUER}:8443/v1/thing` }],
    ['htu over http', { htu: 'http://gateway.example/v1/thing' }],
    ['htu with the http port', { htu: `${ISSUER}:80/v1/thing` }],
    ['htu of another path', { htu: `${ISSUER}/v1/things` }],
    ['htu with a trailing slash', { htu: `${ISSUER}/v1/thing/` }],
    ['htu with a path in another case', { htu: `${ISSUER}/V1/thing` }],
    ['htu without a path', { htu: ISSUER }],
    ['htu with dot segments', { htu: `${ISSUER}/v1/x/../thing` }],
    ['htu with userinfo', { htu: 'https://user:pass@gateway.example/v1/thing' }],
    ['htu with an empty userinfo', { htu: 'https://@gateway.example/v1/thing' }],
    ['htu with backslashes', { htu: 'https:\\\\gateway.example\\v1\\thing' }],
    ['htu with one slash', { htu: 'https:/gateway.example/v1/thing' }],
    ['htu with white space', { htu: ` ${ISSUER}/v1/thing` }],
    ['htu with a trailing dot host', { htu: 'https://gateway.example./v1/thing' }],
    ['htu that is a list', { htu: [`${ISSUER}/v1/thing`] }],
    ['htu percent-encoded', { htu: `${ISSUER}/v1/%74hing` }],
    ['no ath', { ath: undefined }],
    ['ath in hex', { ath: 'hex' }],
    ['ath padded', { ath: 'padded' }],
    ['ath of another token', { ath: hash('sha256', 'other', 'base64url') }],
    ['no jti', { jti: undefined }],
    ['an empty jti', { jti: '' }],
    ['a huge jti', { jti: 'j'.repeat(129) }],
    ['a jti that is no text', { jti: 1 }],
    ['no iat', { iat: undefined }],
    ['iat too old', { iat: NOW - 121 }],
    ['iat too far ahead', { iat: NOW + 61 }],
    ['iat as text', { iat: String(NOW) }],
    ['iat in milliseconds', { iat: NOW * 1000 }],
    ['iat below zero', { iat: -1 }],
    ['exp in the past', { exp: NOW - 1 }],
    ['exp as text', { exp: String(NOW + 60) }],
    ['exp that is null', { exp: null }],
    ['nbf in the future', { nbf: NOW + 120 }],
    ['nbf as text', { nbf: String(NOW) }],
  ])('refuses %s', async (_, claims) => {
    if (claims.ath === 'hex') claims.ath = hash('sha256', bound, 'hex');
    if (claims.ath === 'padded') claims.ath = `${hash('sha256', bound, 'base64url')}=`;
    expect(await withProof(proofFor(claims))).toMatchObject(BAD_PROOF);
  });

  it.each<[string, Members]>([
    ['typ JWT', { typ: 'JWT' }],
    ['no typ', { typ: undefined }],
    ['alg none', { alg: 'none' }],
    ['alg HS256', { alg: 'HS256' }],
    ['alg __proto__', { alg: '__proto__' }],
    ['no jwk', { jwk: undefined }],
    ['jwk that is no object', { jwk: 'key' }],
    ['jku', { jku: 'https://evil.example' }],
    ['x5c', { x5c: [] }],
    ['crit', { crit: [] }],
    ['b64', { b64: false }],
  ])('refuses a header with %s', async (_, header) => {
    expect(await withProof(proofFor({}, header))).toMatchObject(BAD_PROOF);
  });

  it('refuses a private or symmetric key in jwk', async () => {
    const d = parts.dpop.privateKey.export({ format: 'jwk' }).d;
    expect(await withProof(proofFor({}, { jwk: { ...parts.dpop.jwk, d } }))).toMatchObject(BAD_PROOF);
    expect(await withProof(proofFor({}, { jwk: { ...parts.dpop.jwk, k: 'AA' } }))).toMatchObject(BAD_PROOF);
    const oct = { kty: 'oct', k: Buffer.alloc(32).toString('base64url') };
    const text = `${encode({ typ: 'dpop+jwt', alg: 'HS256', jwk: oct })}.${encode({ jti: 'a' })}`;
    const mac = createHmac('sha256', Buffer.alloc(32)).update(text).digest('base64url');
    expect(await withProof(`${text}.${mac}`)).toMatchObject(BAD_PROOF);
  });

  it.each([
    ['off the curve', (jwk: Members) => ({ ...jwk, y: jwk.x })],
    ['zero', (jwk: Members) => ({ ...jwk, x: encode(' '.repeat(32)), y: encode(' '.repeat(32)) })],
    ['too short', (jwk: Members) => ({ ...jwk, x: 'AA' })],
    ['padded', (jwk: Members) => ({ ...jwk, x: `${jwk.x}=` })],
    ['missing', (jwk: Members) => ({ ...jwk, y: undefined })],
    ['of another curve', (jwk: Members) => ({ ...jwk, crv: 'P-384' })],
    ['of a curve called __proto__', (jwk: Members) => ({ ...jwk, crv: '__proto__' })],
  ])('refuses a point that is %s', async (_, change) => {
    expect(await withProof(proofFor({}, { jwk: change(parts.dpop.jwk) }))).toMatchObject(BAD_PROOF);
  });

  it('refuses the signature of another key, a changed payload and a missing signature', async () => {
    const own = proofFor();
    const [head, , tail] = own.split('.');
    expect(await withProof(proofFor({}, { jwk: parts.dpop.jwk }, ecKey()))).toMatchObject(BAD_PROOF);
    expect(await withProof(`${head}.${encode({ jti: 'x' })}.${tail}`)).toMatchObject(BAD_PROOF);
    expect(await withProof(own.slice(0, own.lastIndexOf('.') + 1))).toMatchObject(BAD_PROOF);
    expect(await withProof(own.slice(0, own.lastIndexOf('.')))).toMatchObject(BAD_PROOF);
  });

  it('refuses doubled members', async () => {
    const about = `"htm":"POST","htu":"${ISSUER}/v1/thing","iat":${NOW},"ath":"${hash('sha256', bound, 'base64url')}"`;
    const header = JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk: parts.dpop.jwk });
    const good = makeJws(header, `{"jti":"single",${about}}`, parts.dpop);
    const bad = makeJws(header, `{"jti":"first","jti":"second",${about}}`, parts.dpop);
    expect(await withProof(good)).toMatchObject({ status: 200 });
    expect(await withProof(bad)).toMatchObject(BAD_PROOF);
  });

  it('must be there, once', async () => {
    expect(await call({ authorization: `DPoP ${bound}` })).toMatchObject(BAD_PROOF);
    const [a, b] = [proofFor(), proofFor()];
    for (const dpop of [`${a}, ${b}`, `${a},${a}`, `${a} ${b}`, `${a},`]) {
      expect(await withProof(dpop)).toMatchObject(BAD_PROOF);
    }
  });

  it('under another key than the token names is an invalid token (RFC 9449, 7.1)', async () => {
    expect(await withProof(proofFor({}, {}, ecKey()))).toMatchObject(BAD_TOKEN);
  });

  it('is good once', async () => {
    const proof = proofFor();
    expect(await withProof(proof)).toMatchObject({ status: 200 });
    expect(await withProof(proof)).toMatchObject({ ...BAD_PROOF, code: 'DPOP_REPLAYED' });
  });

  it('with a jti used before under the same key is refused, under another key it is another', async () => {
    expect(await withProof(proofFor({ jti: 'same' }))).toMatchObject({ status: 200 });
    expect(await withProof(proofFor({ jti: 'same', iat: NOW - 1 }))).toMatchObject({ code: 'DPOP_REPLAYED' });
    const key = ecKey();
    const other = await token({ dpop: makeProof(parts, { method: 'POST', path: '/oauth/token', key }) });
    const dpop = makeProof(parts, { method: 'POST', path: '/v1/thing', token: other, key }, { jti: 'same' });
    expect(await call({ authorization: `DPoP ${other}`, dpop })).toMatchObject({ status: 200 });
  });

  it('is refused while the claims table is out of reach, at once and deferred', async () => {
    parts.faults.add({ service: 'store', kind: 'timeout', operation: 'PutItem', times: 100 });
    const direct = await withProof(proofFor());
    const dpop = makeProof(parts, { method: 'GET', path: '/v1/deferred', token: bound });
    const deferred = await call({ authorization: `DPoP ${bound}`, dpop }, '/v1/deferred', 'GET');
    parts.faults.clear();
    expect(direct).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE' });
    expect(deferred).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE' });
  });

  it.each([
    ['Ed25519', edKey(), 'EdDSA'],
    ['RSA-PSS', rsaKey(), 'PS256'],
  ])('may be made with %s', async (_, key, alg) => {
    const own = await token({
      dpop: makeProof(parts, { method: 'POST', path: '/oauth/token', key }, {}, { alg }),
    });
    const dpop = makeProof(parts, { method: 'POST', path: '/v1/thing', token: own, key }, {}, { alg });
    expect(await call({ authorization: `DPoP ${own}`, dpop })).toMatchObject({ status: 200 });
  });

  it('for HEAD names HEAD, and the path as requested', async () => {
    const path = '/v1/things/a%20b';
    const good = makeProof(parts, { method: 'HEAD', path, token: bound });
    const bad = makeProof(parts, { method: 'GET', path, token: bound });
    const status = async (dpop: string) =>
      (await app.request(path, { method: 'HEAD', headers: { authorization: `DPoP ${bound}`, dpop } })).status;
    expect(await status(good)).toBe(200);
    expect(await status(bad)).toBe(401);
  });
});

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

  /** Signed by the gateway's own key, so that only the claims can be what is wrong. */
  async function own(changes: Members, header: Members = {}, by?: string): Promise<string> {
    const { kms, env } = parts.deps;
    const [head = ''] = bound.split('.');
    const standard = JSON.parse(Buffer.from(head, 'base64url').toString()) as object;
    const text = `${encode({ ...standard, ...header })}.${encode({ ...claims(), ...changes })}`;
    const signature = await kmsSign(kms, by ?? env.tokenKey, 'ECDSA_SHA_256', Buffer.from(text));
    return `${text}.${signature.toString('base64url')}`;
  }

  it('made by hand of the standard claims is accepted, so that the refusals below mean something', async () => {
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

  it('is refused when the key of sealed answers signed it, under its own name or that of the key of tokens', async () => {
    const { kms, env } = parts.deps;
    const key = await publicKeyOf(kms, env.answerKey);
    const kid = thumbprintOf(key.export({ format: 'jwk' }) as never);
    expect(await withToken(await own({}, { kid }, env.answerKey))).toMatchObject(BAD_TOKEN);
    expect(await withToken(await own({}, {}, env.answerKey))).toMatchObject(BAD_TOKEN);
  });

  it('is refused with a changed signature, in DER, and when another thing', async () => {
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
    const { dynamo, env } = parts.deps;
    await putAgency(dynamo, env.agenciesTable, agencyWith(parts.sig, { actions: ['intake'] }));
    expect(await withToken(bound)).toMatchObject({ code: 'ACTION_NOT_GRANTED' });
    await putAgency(dynamo, env.agenciesTable, agencyWith(parts.sig, { suspended: true }));
    expect(await withToken(bound)).toMatchObject({
      status: 403,
      code: 'AGENCY_SUSPENDED',
    });
    await putAgency(dynamo, env.agenciesTable, agencyWith(parts.sig));
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
