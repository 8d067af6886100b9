import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { contractApp, serveOpen } from '../../functions/http/serve.ts';
import { docsRoutes } from '../../shared/contract/routes/steward.ts';
import { Problem } from '../../shared/errors.ts';

const { readHealth } = docsRoutes;
const answer = () => new Response('none');

it.each<(app: ReturnType<typeof contractApp>) => unknown>([
  (app) => app.get('/healthz', answer),
  (app) => app.post('/v1/more', answer),
  (app) => app.put('/v1/more', answer),
  (app) => app.delete('/v1/more', answer),
  (app) => app.patch('/v1/more', answer),
  (app) => app.options('/v1/more', answer),
  (app) => app.all('/v1/more', answer),
  (app) => app.on('GET', '/v1/more', answer),
  (app) => app.basePath('/v1').get('/more', answer),
  (app) => app.mount('/v1', answer),
  (app) => app.route('/v1', new Hono().get('/more', answer)),
])('an app refuses to start with a route that no contract names: %s', (add) => {
  expect(() => add(contractApp('steward'))).toThrow('no contract names this route');
});

it('serves what the contract names, in an app of the contract alone', async () => {
  const app = contractApp('steward');
  const handlers = { readHealth: () => ({ status: 'ok' as const }) };
  serveOpen(app, () => 0, { readHealth }, handlers);
  expect(app.routes.filter(({ method }) => method !== 'ALL')).toMatchObject([
    { method: readHealth.method, path: readHealth.path },
    { method: readHealth.method, path: readHealth.path },
  ]);
  expect((await app.request('/healthz')).status).toBe(200);
  expect((await app.request('/v1/more')).status).toBe(404);
  expect(() => serveOpen(new Hono() as never, () => 0, { readHealth }, handlers)).toThrow('not an app');
});

it('gives nothing of an answer that was made while the function closed, and no header of it', async () => {
  for (const closes of [false, true]) {
    const app = contractApp('steward', {
      env: { publicUrl: 'http://127.0.0.1' },
      async whileOpen(_, next) {
        await next();
        if (closes) throw new Problem('MAINTENANCE', { headers: { 'retry-after': '900' } });
      },
    });
    const made = () =>
      Response.json({ status: 'ok' }, { headers: { link: '</next>; rel="next"', etag: '"1"' } });
    serveOpen(app, () => 0, { readHealth }, { readHealth: { raw: made } });
    const { status, headers } = await app.request('/healthz');
    expect([status, headers.get('link'), headers.get('etag'), headers.get('retry-after')]).toEqual(
      closes ? [503, null, null, '900'] : [200, '</next>; rel="next"', '"1"', null],
    );
  }
});
