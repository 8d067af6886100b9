import { afterAll, expect, test } from 'vitest';
import { createApp } from '../../functions/http/app.ts';
import type { SessionVariables } from '../../functions/session/session.ts';
import { compose } from '../../infra/local/compose.ts';
import { startGateway } from '../../infra/local/gateway.ts';

const tight = createApp<SessionVariables>();
tight.use('/v1/*', async (c) => c.text('locked', 401));
tight.post('/v1/tight', (c) => c.text('never'));
const open = createApp<SessionVariables>();
open.get('/v1/open/:id', (c) => c.text(c.req.param('id')));
open.post('/v1/open/:id', (c) => c.json({ requestId: c.get('requestId') }));
const reader = createApp<SessionVariables>();
reader.get('/v1/tight', (c) => c.text('read'));
reader.get('/docs/:code', (c) => c.text('page'));
const origin = compose([tight, open, reader] as never, 'http://gate.test');

const ask = (method: string, path: string) => origin.fetch(new Request(`http://x${path}`, { method }));

test('each route runs in the app that declares it, without the other apps', async () => {
  expect((await ask('POST', '/v1/tight')).status).toBe(401);
  expect(await (await ask('GET', '/v1/open/7')).text()).toBe('7');
  expect(await (await ask('GET', '/v1/tight')).text()).toBe('read');
  expect((await ask('HEAD', '/v1/open/7')).status).toBe(200);
});

test('an answer and its header carry one request id', async () => {
  const answer = await ask('POST', '/v1/open/7');
  expect(await answer.json()).toEqual({ requestId: answer.headers.get('x-request-id') });
});

test('an undeclared route is a problem document of the origin', async () => {
  const missing = await ask('GET', '/v1/nowhere');
  expect(missing.status).toBe(404);
  expect(missing.headers.get('content-type')).toBe('application/problem+json');
  const type = 'http://gate.test/docs/problems/not-found';
  expect(await missing.json()).toMatchObject({ code: 'NOT_FOUND', type });
  const wrong = await ask('DELETE', '/v1/tight');
  expect(wrong.status).toBe(405);
  expect(wrong.headers.get('allow')).toBe('GET, HEAD, OPTIONS, POST');
  expect(await wrong.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
});

test('a page whose address ends with a slash is found, and nothing else', async () => {
  const page = await ask('GET', '/docs/not-found/');
  expect([page.status, page.headers.get('location')]).toEqual([308, '/docs/not-found']);
  for (const path of ['/v1/tight/', '//docs/x/', '/docs/a/b/'])
    expect((await ask('GET', path)).status).toBe(404);
});

test('two apps with one route are an error', () => {
  expect(() => compose([open, open, reader, reader] as never)).not.toThrow();
  const twin = createApp<SessionVariables>();
  twin.get('/v1/tight', (c) => c.text('twin'));
  expect(() => compose([reader, twin] as never)).toThrow('two apps declare GET /v1/tight');
});

const gateway = await startGateway({ folder: null, port: 0, faults: false });
afterAll(() => gateway.close());

test('it listens only on loopback', async () => {
  expect(new URL(gateway.url).hostname).toBe('127.0.0.1');
  const { networkInterfaces } = await import('node:os');
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal);
  if (!outside) return;
  await expect(fetch(gateway.url.replace('127.0.0.1', outside.address))).rejects.toThrow();
});
