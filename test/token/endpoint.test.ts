import { verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { tokenApp } from '../../functions/token/app.ts';
import { thumbprintOf } from '../../shared/identity/jwk.ts';
import { publicKeyOf } from '../../shared/keys/sign.ts';
import {
  CLIENT,
  fileParts,
  ISSUER,
  makeAssertion,
  makeProof,
  tokenForm,
  tokenHeaders,
} from '../support/identity.ts';
import { rsaKey } from '../support/jws.ts';
import { FORM, postTo } from './post.ts';

const parts = await fileParts();
const app = tokenApp(parts.deps, { knows: () => true });

const post = (
  body: string | URLSearchParams,
  headers: Record<string, string> = tokenHeaders(parts),
  path = '/oauth/token',
  at = app,
) => postTo(at, body, headers, path);

const decode = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString());

it('the answer is an RFC 9068 token bound to the proof, signed by the key in the JWKS', async () => {
  const dpop = makeProof(parts, { method: 'POST', path: '/oauth/token' });
  const { status, json, headers } = await post(tokenForm(parts), { ...FORM, dpop });
  expect(status).toBe(200);
  expect(json).toMatchObject({ token_type: 'DPoP', expires_in: 300 });
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('pragma')).toBe('no-cache');
  expect(headers.get('content-type')).toBe('application/json');
  expect(headers.get('x-request-id')).toMatch(/^[\w-]+$/);

  const [head, body, tail = ''] = (json['access_token'] as string).split('.');
  const { keys } = (await (await app.request('/.well-known/jwks.json')).json()) as {
    keys: { kid: string }[];
  };
  const published = expect.objectContaining({ kty: 'EC', crv: 'P-256', use: 'sig', alg: 'ES256' });
  expect(keys).toEqual([published, published]);
  expect(keys[0]?.kid).not.toBe(keys[1]?.kid);
  for (const key of keys) expect(key).not.toHaveProperty('d');
  expect(decode(head)).toEqual({ typ: 'at+jwt', alg: 'ES256', kid: keys[0]?.kid });
  expect(decode(body)).toEqual({
    iss: ISSUER,
    aud: ISSUER,
    sub: CLIENT,
    client_id: CLIENT,
    iat: parts.clock.now / 1000,
    exp: parts.clock.now / 1000 + 300,
    jti: expect.stringMatching(/^[\w-]{36}$/),
    authorization_details: [{ type: 'fieldgate', actions: ['release'], purpose: 'S1' }],
    cnf: { jkt: thumbprintOf(parts.dpop.jwk) },
  });
  // KMS answers DER; a JWS holds r and s, 32 bytes each.
  const signature = Buffer.from(tail, 'base64url');
  expect(signature).toHaveLength(64);
  const key = await publicKeyOf(parts.deps.kms, parts.deps.env.tokenKey);
  expect(
    verify('sha256', Buffer.from(`${head}.${body}`), { key, dsaEncoding: 'ieee-p1363' }, signature),
  ).toBe(true);
});

describe('the request', () => {
  it.each<[string, Record<string, string | undefined>, number, string]>([
    ['no grant_type', { grant_type: undefined }, 400, 'invalid_request'],
    ['an empty grant_type', { grant_type: '' }, 400, 'invalid_request'],
    ['another grant_type', { grant_type: 'authorization_code' }, 400, 'unsupported_grant_type'],
    ['the grant_type __proto__', { grant_type: '__proto__' }, 400, 'unsupported_grant_type'],
    ['no assertion', { client_assertion: undefined }, 401, 'invalid_client'],
    ['no assertion type', { client_assertion_type: undefined }, 400, 'invalid_request'],
    ['another assertion type', { client_assertion_type: 'urn:x:saml2-bearer' }, 400, 'invalid_request'],
    ['a client secret', { client_secret: 'secret' }, 401, 'invalid_client'],
    ['another client_id', { client_id: 'mca-county' }, 401, 'invalid_client'],
    ['a scope, which would widen the token', { scope: 'steward' }, 400, 'invalid_scope'],
    ['no authorization_details', { authorization_details: undefined }, 400, 'invalid_authorization_details'],
  ])('with %s is refused', async (_, changes, status, error) => {
    const answer = await post(tokenForm(parts, changes));
    expect(answer).toMatchObject({ status, error });
    expect(answer.json).toEqual({
      error,
      error_description: expect.any(String),
      error_uri: expect.any(String),
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('pragma')).toBe('no-cache');
  });

  it('with a repeated parameter is refused, whichever it is', async () => {
    for (const name of ['grant_type', 'client_assertion', 'authorization_details', 'unknown']) {
      const form = tokenForm(parts, { unknown: 'x' });
      form.append(name, form.get(name) ?? '');
      expect(await post(form)).toMatchObject({ status: 400, error: 'invalid_request' });
    }
  });

  it('ignores a parameter that it does not know (RFC 6749, 3.2)', async () => {
    expect(await post(tokenForm(parts, { resource: 'https://x.example' }))).toMatchObject({ status: 200 });
  });

  it.each<[string, Record<string, string>]>([
    ['as JSON', { 'content-type': 'application/json' }],
    ['as multipart', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['as text', { 'content-type': 'text/plain' }],
    ['in another charset', { 'content-type': 'application/x-www-form-urlencoded; charset=gbk' }],
    ['compressed', { ...FORM, 'content-encoding': 'gzip' }],
    ['with Basic credentials', { ...FORM, authorization: 'Basic dXNlcjpwYXNz' }],
  ])('%s is refused', async (_, headers) => {
    const all = { ...tokenHeaders(parts), ...headers };
    expect(await post(tokenForm(parts), all)).toMatchObject({ status: 400, error: 'invalid_request' });
  });

  it('with only Basic credentials is answered as from an unknown client', async () => {
    const form = tokenForm(parts, { client_assertion: undefined, client_assertion_type: undefined });
    const answer = await post(form, { ...tokenHeaders(parts), authorization: 'Basic dXNlcjpwYXNz' });
    expect(answer).toMatchObject({ status: 401, error: 'invalid_client' });
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /);
  });

  it('takes no parameters from the URL, and no body over its limit', async () => {
    const query = await post(
      tokenForm(parts),
      tokenHeaders(parts),
      '/oauth/token?grant_type=client_credentials',
    );
    expect(query).toMatchObject({ status: 400, error: 'invalid_request' });
    const huge = await post(tokenForm(parts, { filler: 'x'.repeat(70_000) }));
    expect(huge).toMatchObject({ status: 400, error: 'invalid_request' });
  });

  it('never repeats a value', async () => {
    const secret = 'PLANTED-VALUE';
    const requests = [
      tokenForm(parts, { client_assertion: secret }),
      tokenForm(parts, { grant_type: secret }),
      tokenForm(parts, { client_id: secret }),
      tokenForm(parts, { authorization_details: JSON.stringify([{ type: secret, [secret]: secret }]) }),
    ];
    for (const form of requests) expect(JSON.stringify((await post(form)).json)).not.toContain(secret);
  });

  it('with another method is refused with an OAuth error', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const response = await app.request('/oauth/token', { method });
      expect(response.headers.get('allow')).toBe('OPTIONS, POST');
      expect(response.status).toBe(405);
      expect(await response.json()).toMatchObject({ error: 'invalid_request' });
    }
    expect((await app.request('/oauth/token', { method: 'OPTIONS' })).status).toBe(204);
  });
});

describe('a DPoP proof at the token endpoint', () => {
  const about = { method: 'POST', path: '/oauth/token' };
  const REFUSED = { status: 400, error: 'invalid_dpop_proof' };

  it.each<[string, () => string]>([
    ['that is empty', () => ''],
    ['that is none', () => 'x.y.z'],
    ['for another path', () => makeProof(parts, { ...about, path: '/v1/releases' })],
    ['for another method', () => makeProof(parts, { ...about, method: 'GET' })],
    ['that is old', () => makeProof(parts, about, { iat: parts.clock.now / 1000 - 121 })],
    ['twice in one header', () => `${makeProof(parts, about)}, ${makeProof(parts, about)}`],
    ['that is a client assertion', () => makeAssertion(parts)],
    ['by RSA of 1024 bits', () => makeProof(parts, { ...about, key: rsaKey(1024) }, {}, { alg: 'PS256' })],
    [
      'by RSA with the exponent 3',
      () => makeProof(parts, { ...about, key: rsaKey(2048, 3) }, {}, { alg: 'PS256' }),
    ],
  ])('%s is refused', async (_, make) => {
    expect(await post(tokenForm(parts), { ...FORM, dpop: make() })).toMatchObject(REFUSED);
  });

  it('must be present', async () => {
    expect(await post(tokenForm(parts), FORM)).toMatchObject(REFUSED);
  });

  it('is accepted once', async () => {
    const dpop = makeProof(parts, about);
    expect(await post(tokenForm(parts), { ...FORM, dpop })).toMatchObject({ status: 200 });
    expect(await post(tokenForm(parts), { ...FORM, dpop })).toMatchObject(REFUSED);
  });
});

it('the metadata is served at the address of RFC 8414 and may be cached', async () => {
  const response = await app.request('/.well-known/oauth-authorization-server');
  expect(response.headers.get('cache-control')).toBe('public, max-age=300');
  expect(await response.json()).toMatchObject({
    issuer: ISSUER,
    token_endpoint: `${ISSUER}/oauth/token`,
    jwks_uri: `${ISSUER}/.well-known/jwks.json`,
    response_types_supported: [],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    authorization_details_types_supported: ['fieldgate'],
  });
});

describe('with a service out of reach', () => {
  it.each([
    ['kms', 'Sign', 'error'],
    ['kms', 'Sign', 'timeout'],
    ['store', 'PutItem', 'error'],
    ['kms', 'GenerateMac', 'timeout'],
  ] as const)('%s %s %s: no token, 503', async (service, operation, kind) => {
    parts.faults.add({ service, operation, kind, times: 100 });
    const fresh = tokenApp({ ...parts.deps }, { knows: () => true });
    const answer = await post(tokenForm(parts), tokenHeaders(parts), '/oauth/token', fresh);
    parts.faults.clear();
    expect(answer).toMatchObject({ status: 503, error: 'temporarily_unavailable' });
    expect(answer.json).not.toHaveProperty('access_token');
    expect(answer.headers.get('retry-after')).toBe('1');
  });
});
