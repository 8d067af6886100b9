import { expect, test as plain } from 'vitest';
import type { ReleaseRequest } from '../../shared/client/release.ts';
import {
  answering,
  broken,
  connected,
  detailsOf,
  fakeGateway,
  json,
  problem,
  RECEIPT,
  refused,
  tokenAnswer,
} from './fake-gateway.ts';

const PATH = '/v1/releases';
const REQUEST: ReleaseRequest = {
  purpose: 'S1',
  case: 'EDU-1',
  officer: 'zhang.wei',
  reason: 'winter subsidy',
  subjects: [{ ref: 'r1' }],
  fields: ['name'],
};
const ANSWER = {
  release: 'release-1',
  purpose: 'S1',
  policy: { version: '1', hash: 'h' },
  obligations: [],
  results: [{ refused: { code: 'REFUSED' }, receipt: RECEIPT }],
};

const test = plain.extend('gateway', () => fakeGateway());

test('puts purpose and justification into the token, and the request into the body', async () => {
  const { gateway, gate } = await answering(PATH, json(ANSWER));
  expect(await gate.release({ ...REQUEST, context: { instrument: 'I-1' } })).toMatchObject(ANSWER);
  const [token] = gateway.calls('/oauth/token');
  expect(token && detailsOf(token)).toEqual([
    {
      type: 'fieldgate',
      actions: ['release'],
      purpose: 'S1',
      case: 'EDU-1',
      officer: 'zhang.wei',
      reason: 'winter subsidy',
    },
  ]);
  const [call] = gateway.calls(PATH);
  expect(call?.headers.get('authorization')).toMatch(/^DPoP token-/);
  expect(JSON.parse(call?.body ?? '')).toEqual({
    subjects: [{ ref: 'r1' }],
    fields: ['name'],
    context: { instrument: 'I-1' },
  });
});

test('is signed by the registered key on request, and only then', async () => {
  const { gateway, gate } = await answering(PATH, json(ANSWER));
  await gate.release({ ...REQUEST, signed: true });
  await gate.release(REQUEST);
  const [signed, plain] = gateway.calls(PATH).map(({ headers }) => headers);
  expect(signed?.get('signature-input')).toContain(
    '("@method" "@target-uri" "content-digest" "authorization")',
  );
  expect(signed?.get('signature')).toMatch(/^fieldgate=:.{88}:$/);
  expect(plain?.has('signature')).toBe(false);
});

test('is sent again after a 503 of the gateway and after a 429, because nothing was released', async () => {
  const { gateway, gate } = await answering(
    PATH,
    problem(503, 'LOG_UNAVAILABLE'),
    problem(429, 'RATE_LIMITED', { 'retry-after': '0' }),
    json(ANSWER),
  );
  expect(await gate.release(REQUEST)).toMatchObject(ANSWER);
  expect(gateway.calls(PATH)).toHaveLength(3);
});

test('is not sent again after a 503 of a proxy, which guarantees nothing', async () => {
  const { gateway, gate } = await answering(PATH, new Response('upstream', { status: 503 }), json(ANSWER));
  await expect(gate.release(REQUEST)).rejects.toMatchObject({ code: 'ANSWER_INVALID', status: 503 });
  expect(gateway.calls(PATH)).toHaveLength(1);
});

test('is not sent again when its answer was lost', async () => {
  const { gateway, gate } = await answering(PATH, broken(), json(ANSWER));
  await expect(gate.release(REQUEST)).rejects.toMatchObject({ code: 'ANSWER_LOST', status: null });
  expect(gateway.calls(PATH)).toHaveLength(1);
});

test('is not sent again when the answer breaks off', async ({ gateway }) => {
  const cut = new ReadableStream({
    start: (controller) => {
      controller.enqueue(new TextEncoder().encode('{"release":'));
      controller.error(broken());
    },
  });
  gateway.on(PATH, () => new Response(cut, { status: 200 }));
  const gate = await connected(gateway);
  await expect(gate.release(REQUEST)).rejects.toMatchObject({ code: 'ANSWER_LOST' });
  expect(gateway.calls(PATH)).toHaveLength(1);
});

test('is sent again when there was no connection', async () => {
  const { gate } = await answering(PATH, refused(), json(ANSWER));
  expect(await gate.release(REQUEST)).toMatchObject(ANSWER);
});

test('gives up with UNREACHABLE when there never is one', async () => {
  const { gateway, gate } = await answering(PATH, refused());
  await expect(gate.release(REQUEST)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect(gateway.calls(PATH)).toHaveLength(3);
});

test('waits as long as Retry-After asks, but not longer than the connection allows', async () => {
  const { gateway, gate } = await answering(
    PATH,
    problem(429, 'BUDGET_SPENT', { 'retry-after': '3600' }),
    json(ANSWER),
  );
  await expect(gate.release(REQUEST)).rejects.toMatchObject({ code: 'BUDGET_SPENT', retryAfter: 3600 });

  gateway.on(PATH, problem(429, 'RATE_LIMITED', { 'retry-after': '1' }), json(ANSWER));
  const before = performance.now();
  await gate.release(REQUEST);
  expect(performance.now() - before).toBeGreaterThan(990);
});

test('answers a demand for a DPoP nonce once, with the nonce in the proof', async ({ gateway }) => {
  const demand = problem(401, 'DPOP_INVALID', {
    'www-authenticate': 'DPoP error="use_dpop_nonce", algs="ES256"',
    'dpop-nonce': 'nonce-7',
  });
  gateway.on(PATH, demand, json(ANSWER));
  const gate = await connected(gateway);
  expect(await gate.release(REQUEST)).toMatchObject(ANSWER);
  const [, second] = gateway.calls(PATH);
  const [, payload] = (second?.headers.get('dpop') ?? '').split('.');
  expect(JSON.parse(Buffer.from(payload ?? '', 'base64url').toString())).toMatchObject({ nonce: 'nonce-7' });

  gateway.on(PATH, demand);
  await expect(gate.release(REQUEST)).rejects.toMatchObject({ code: 'DPOP_INVALID' });
});

test('gets a new token once if the gateway rejects the old one', async ({ gateway }) => {
  const stale = problem(401, 'TOKEN_INVALID', { 'www-authenticate': 'DPoP error="invalid_token"' });
  gateway.on(PATH, stale, json(ANSWER));
  const gate = await connected(gateway);
  expect(await gate.release(REQUEST)).toMatchObject(ANSWER);
  expect(gateway.calls('/oauth/token')).toHaveLength(2);

  gateway.on(PATH, stale);
  await expect(gate.release(REQUEST)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
});

test('a refusal is a typed error with rule, reason and request id', async () => {
  const { gateway, gate } = await answering(
    PATH,
    problem(403, 'PROHIBITED_PURPOSE', {}, { rule: 'A15.1', reason: 'never' }),
  );
  await expect(gate.release(REQUEST)).rejects.toMatchObject({
    name: 'FieldgateError',
    code: 'PROHIBITED_PURPOSE',
    status: 403,
    rule: 'A15.1',
    reason: 'never',
    requestId: 'request-1',
  });
  expect(gateway.calls(PATH)).toHaveLength(1);
});

test.each([
  ['no JSON', new Response('hello')],
  ['a list', json([])],
  ['another purpose', json({ ...ANSWER, purpose: 'W1' })],
  ['too few results', json({ ...ANSWER, results: [] })],
])('an answer that is %s is not taken', async (_what, answer) => {
  const { gate } = await answering(PATH, answer);
  await expect(gate.release(REQUEST)).rejects.toMatchObject({ code: 'ANSWER_INVALID' });
});

test('tokens are kept for equal justifications and fetched again before they expire', async () => {
  const { gateway, gate } = await answering(PATH, json(ANSWER));
  await Promise.all([gate.release(REQUEST), gate.release(REQUEST), gate.release(REQUEST)]);
  expect(gateway.calls('/oauth/token')).toHaveLength(1);
  await gate.release({ ...REQUEST, case: 'EDU-2' });
  expect(gateway.calls('/oauth/token')).toHaveLength(2);

  gateway.on('/oauth/token', () => tokenAnswer(30));
  await gate.release({ ...REQUEST, case: 'EDU-3' });
  await gate.release({ ...REQUEST, case: 'EDU-3' });
  expect(gateway.calls('/oauth/token')).toHaveLength(4);
});

test('an abort ends it with the reason of the signal', async ({ gateway }) => {
  gateway.on(PATH, problem(503, 'LOG_UNAVAILABLE'));
  const gate = await connected(gateway, { retry: { attempts: 5, base: 60_000, longest: 60_000 } });
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('enough')), 20);
  await expect(gate.release({ ...REQUEST, signal: stop.signal })).rejects.toThrow('enough');
});
