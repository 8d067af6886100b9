import { expect, test as plain } from 'vitest';
import {
  answering,
  broken,
  connected,
  detailsOf,
  fakeGateway,
  ISSUER,
  json,
  newKey,
  problem,
  refused,
} from './fake-gateway.ts';

const METADATA = '/.well-known/oauth-authorization-server';

const test = plain.extend('gateway', () => fakeGateway());

test('a refusal of the token endpoint is an error with its OAuth code', async () => {
  const { gate } = await answering(
    '/oauth/token',
    json({ error: 'invalid_client', error_description: 'no such key' }, 401),
  );
  await expect(gate.call('GET /v1/log/entries', {})).rejects.toMatchObject({
    code: 'TOKEN_REFUSED',
    oauth: 'invalid_client',
    status: 401,
    message: 'invalid_client: no such key',
  });
});

test.each([
  ['AGENCY_SUSPENDED: two stewards lift this', 'AGENCY_SUSPENDED', 'two stewards lift this'],
  ['PURPOSE_FROZEN: 该用途已冻结', 'PURPOSE_FROZEN', '该用途已冻结'],
])('a refusal that names a code of the gateway has it: %s', async (said, code, message) => {
  const refusal = json({ error: 'unauthorized_client', error_description: said }, 400);
  const { gate } = await answering('/oauth/token', refusal);
  await expect(gate.call('GET /v1/log/entries', {})).rejects.toMatchObject({
    code,
    message,
    oauth: 'unauthorized_client',
  });
});

test('a refusal is in the language that was asked for, if the gateway has it', async () => {
  const [english, message] = [
    'AGENCY_SUSPENDED: Two stewards lift this.',
    'AGENCY_SUSPENDED：由两名策略管理员解除。',
  ];
  const refusal = json({ error: 'unauthorized_client', error_description: english, message }, 400);
  const { gate } = await answering('/oauth/token', refusal);
  await expect(gate.call('GET /v1/log/entries', {})).rejects.toMatchObject({
    code: 'AGENCY_SUSPENDED',
    message: '由两名策略管理员解除。',
  });
});

test('an answer is asked for in the language that the connection names', async ({ gateway }) => {
  gateway.on('/v1/log/entries', json({ entries: [] }));
  await (await connected(gateway, { language: 'zh' })).call('GET /v1/log/entries', {});
  await (await connected(gateway)).call('GET /v1/log/entries', {});
  const asked = gateway.calls('/v1/log/entries').map(({ headers }) => headers.get('accept-language'));
  expect(asked).toEqual(['zh', null]);
  const tokens = gateway.calls('/oauth/token').map(({ headers }) => headers.get('accept-language'));
  expect([tokens.includes('zh'), tokens.includes(null)]).toEqual([true, true]);
});

test('too many requests for tokens are waited for, and reported if the wait is too long', async () => {
  const gateway = fakeGateway();
  const tooMany = (wait: string) => json({ error: 'temporarily_unavailable' }, 429, { 'retry-after': wait });
  gateway.on('/oauth/token', tooMany('0'), json({ access_token: 't', token_type: 'DPoP', expires_in: 300 }));
  gateway.on('/v1/log/entries', json({ entries: [] }));
  expect(await (await connected(gateway)).call('GET /v1/log/entries', {})).toEqual({ entries: [] });
  gateway.on('/oauth/token', tooMany('3600'));
  await expect((await connected(gateway)).call('GET /v1/log/entries', {})).rejects.toMatchObject({
    ...{ code: 'TOKEN_REFUSED', oauth: 'temporarily_unavailable', status: 429, retryAfter: 3600 },
  });
});

test('a token request is repeated with a new assertion when it fails in transit', async ({ gateway }) => {
  gateway.on(
    '/oauth/token',
    broken(),
    problem(503, 'KMS_UNAVAILABLE'),
    json({ access_token: 't', token_type: 'DPoP', expires_in: 300 }),
  );
  gateway.on('/v1/log/entries', json({ entries: [] }));
  const gate = await connected(gateway);
  expect(await gate.call('GET /v1/log/entries', {})).toEqual({ entries: [] });
  const assertions = gateway
    .calls('/oauth/token')
    .map(({ body }) => new URLSearchParams(body).get('client_assertion'));
  expect(new Set(assertions).size).toBe(3);
});

test('a nonce required by the token endpoint is used at once', async ({ gateway }) => {
  gateway.on(
    '/oauth/token',
    json({ error: 'use_dpop_nonce' }, 400, { 'dpop-nonce': 'n-1' }),
    json({ access_token: 't', token_type: 'DPoP', expires_in: 300 }),
  );
  gateway.on('/v1/log/entries', json({ entries: [] }));
  const gate = await connected(gateway);
  await gate.call('GET /v1/log/entries', {});
  const proofs = gateway.calls('/oauth/token').map(({ headers }) => payloadOf(headers.get('dpop')));
  expect(proofs.map((proof) => proof.nonce)).toEqual([undefined, 'n-1']);
});

test('a token that is not bound to the key is not used', async () => {
  const { gate } = await answering(
    '/oauth/token',
    json({ access_token: 't', token_type: 'Bearer', expires_in: 300 }),
  );
  await expect(gate.call('GET /v1/log/entries', {})).rejects.toMatchObject({ code: 'ANSWER_INVALID' });
});

test('whoami tries the actions until the gateway grants one, and keeps to it', async ({ gateway }) => {
  gateway.on('/oauth/token', (call) =>
    JSON.stringify(detailsOf(call)).includes('audit')
      ? json({ access_token: 't', token_type: 'DPoP', expires_in: 300 })
      : json({ error: 'invalid_authorization_details' }, 400),
  );
  gateway.on('/v1/whoami', json({ clientId: 'audit-office' }));
  gateway.on('/v1/catalogue', json({ purposes: [] }));
  const gate = await connected(gateway);
  expect(await gate.whoami()).toEqual({ clientId: 'audit-office' });
  await gate.catalogue();
  expect(gateway.calls('/oauth/token')).toHaveLength(3);
});

test('whoami reports the refusal if no action is granted', async ({ gateway }) => {
  gateway.on('/oauth/token', json({ error: 'invalid_authorization_details' }, 400));
  const gate = await connected(gateway, { purpose: 'C1' });
  await expect(gate.whoami()).rejects.toMatchObject({
    oauth: 'invalid_authorization_details',
    message: expect.stringContaining('none of the actions casework, intake, audit, steward, verify, release'),
  });
  expect(gateway.calls('/oauth/token')).toHaveLength(6);
});

test('metadata of another issuer is refused', async ({ gateway }) => {
  gateway.on(
    METADATA,
    json({ issuer: 'https://other.test', token_endpoint: 'https://other.test/oauth/token' }),
  );
  await expect(connected(gateway)).rejects.toMatchObject({ code: 'ANSWER_INVALID' });
});

test('no gateway at the address: UNREACHABLE, after as many attempts as allowed', async ({ gateway }) => {
  gateway.on(METADATA, refused());
  await expect(connected(gateway)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect(gateway.calls(METADATA)).toHaveLength(3);
});

test.each([
  ['http outside this machine', { issuer: 'http://gateway.test' }],
  ['no URL', { issuer: 'gateway' }],
])('refuses %s as issuer', async (_what, options) => {
  await expect(connected(fakeGateway(), options)).rejects.toThrow(TypeError);
});

test('refuses a public key, and a key of another kind', async () => {
  const { d: _private, ...publicKey } = await newKey('ES256');
  await expect(connected(fakeGateway(), { key: publicKey })).rejects.toThrow('key must be a private JWK');
  await expect(connected(fakeGateway(), { key: await newKey('ES384') })).rejects.toThrow(TypeError);
});

test('corrects a wrong clock', async ({ gateway }) => {
  const date = new Date(Date.now() + 120_000).toUTCString();
  gateway.on(METADATA, json({ issuer: ISSUER, token_endpoint: `${ISSUER}/oauth/token` }, 200, { date }));
  gateway.on('/v1/log/entries', json({ entries: [] }));
  const gate = await connected(gateway);
  await gate.call('GET /v1/log/entries', {});
  const [token] = gateway.calls('/oauth/token');
  expect(payloadOf(token?.headers.get('dpop')).iat - Date.now() / 1000).toBeGreaterThan(115);
});

test('a malformed page is refused, and pages follow the cursor to the end', async ({ gateway }) => {
  const entry = (id: string) => ({ id, kind: 'decision', time: '2026-11-25T00:00:00Z' });
  gateway.on(
    '/v1/log/entries',
    json({ entries: [entry('a'), entry('b')], cursor: 'next' }),
    json({ entries: [entry('c')], cursor: null }),
  );
  const gate = await connected(gateway);
  const ids: string[] = [];
  for await (const { id } of gate.log({ purpose: 'S1' })) ids.push(id);
  expect(ids).toEqual(['a', 'b', 'c']);
  expect(gateway.calls('/v1/log/entries')).toHaveLength(2);

  gateway.on('/v1/log/entries', json({ items: [] }));
  await expect(gate.log().next()).rejects.toMatchObject({ code: 'ANSWER_INVALID' });
});

function payloadOf(jwt: string | null | undefined) {
  return JSON.parse(Buffer.from(jwt?.split('.')[1] ?? '', 'base64url').toString());
}
