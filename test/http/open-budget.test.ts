/** Routes without a token answer strangers only so often, and agencies go on meanwhile. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OPEN_BUDGET } from '../../functions/http/open-budget.ts';
import { ALL_ROUTES } from '../../shared/contract/routes/all.ts';
import { type TestGateway, testGateway } from '../support/gateway.ts';

const OPEN = ALL_ROUTES.filter(({ act }) => act === 'public.read' || act === 'log.tree');
const BURST = 3;
let now = Date.parse('2026-11-26T08:00:00Z');
let gateway: TestGateway;
beforeAll(async () => {
  Object.assign(OPEN_BUDGET, { burst: BURST, perSecond: 0.5 });
  gateway = await testGateway({ now: () => now });
});
afterAll(() => gateway.close());

const ask = (path: string, method = 'GET') =>
  fetch(gateway.url + path.replace(/:\w+|\*/g, 'x'), { method, redirect: 'manual' });

it('knows the routes of strangers', () => {
  expect(OPEN.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      '/log/checkpoint',
      '/v1/status/:list',
      '/openapi.json',
      '/.well-known/jwks.json',
    ]),
  );
});

it.each(OPEN)('$path has a budget of its own', async ({ path, method }) => {
  for (let i = 0; i < BURST; i++) expect((await ask(path, method)).status).not.toBe(429);
  const refused = await ask(path, method);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('content-type')).toBe('application/problem+json');
  // Half a request comes back in a second.
  expect(refused.headers.get('retry-after')).toBe('2');
  expect(await refused.json()).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
  now += 2000;
  expect((await ask(path, method)).status).not.toBe(429);
  expect((await ask(path, method)).status).toBe(429);
});

it('leaves agencies alone', async () => {
  while ((await ask('/healthz')).status !== 429);
  const { status } = await gateway.call('edu-county', { actions: ['intake'] }, 'GET', '/v1/whoami');
  expect(status).toBe(200);
});
