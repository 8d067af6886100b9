import { describe, expect, it } from 'vitest';
import { withTables } from '../../functions/deps.ts';
import { createApp } from '../../functions/http/app.ts';
import { authenticate } from '../../functions/session/authenticate.ts';
import type { SessionVariables } from '../../functions/session/session.ts';
import { tokenApp } from '../../functions/token/app.ts';
import type { TokenDeps } from '../../functions/token/issue-token.ts';
import { type Counted, rateLimiter } from '../../shared/identity/agencies/rate.ts';
import { fileParts, makeProof, tokenForm, tokenHeaders } from '../support/identity.ts';

const parts = await fileParts();

describe('the limiter', () => {
  const table = () => parts.deps.env.claimsTable;
  const pass = async (limit: ReturnType<typeof rateLimiter>, counted: Counted, times: number) => {
    const all = await Promise.all(Array.from({ length: times }, () => limit(counted, parts.clock.now)));
    return all.filter((wait) => wait === null).length;
  };

  it('lets as many pass in a window as the limit, and gives the time to wait', async () => {
    const limit = rateLimiter({ client: parts.deps.dynamo, name: table() });
    const counted = { name: 'one', limit: 40 };
    expect(await pass(limit, counted, 100)).toBe(40);
    // The window began with the minute.
    const left = 60 - ((parts.clock.now / 1000) % 60);
    expect(await limit(counted, parts.clock.now)).toBe(Math.ceil(left));
    expect(await limit(counted, parts.clock.now + left * 1000)).toBeNull();
  });

  it('counts a request by its subjects', async () => {
    const limit = rateLimiter({ client: parts.deps.dynamo, name: table() });
    const counted = { name: 'batches', limit: 100 };
    const batches = await Promise.all(Array.from({ length: 4 }, () => limit(counted, parts.clock.now, 30)));
    expect(batches.filter((wait) => wait === null)).toHaveLength(3);
    expect(await pass(limit, counted, 20)).toBeLessThanOrEqual(10);
    // A batch larger than the limit passes in a window of its own.
    expect(await limit({ name: 'large', limit: 5 }, parts.clock.now, 50)).toBeNull();
    expect(await limit({ name: 'large', limit: 5 }, parts.clock.now)).toBeGreaterThan(0);
  });

  it('lets no more pass over many instances', async () => {
    const instances = Array.from({ length: 4 }, () =>
      rateLimiter({ client: parts.otherDynamo(), name: table() }),
    );
    const counted = { name: 'many', limit: 100 };
    const passed = await Promise.all(instances.map((limit) => pass(limit, counted, 60)));
    const sum = passed.reduce((a, b) => a + b, 0);
    // Three instances may each be left with a reservation of at most five that they did not use up.
    expect(sum).toBeLessThanOrEqual(100);
    expect(sum).toBeGreaterThan(80);
  });

  it('keeps the limit for use, however many instances serve one request of it each', async () => {
    const counted = { name: 'spread', limit: 100 };
    const client = parts.otherDynamo();
    const passed = await Promise.all(
      Array.from({ length: 120 }, () => pass(rateLimiter({ client, name: table() }), counted, 1)),
    );
    expect(passed.filter((one) => one === 1)).toHaveLength(100);
  });

  it('refuses a large batch alone, and not the small ones that come with it', async () => {
    const limit = rateLimiter({ client: parts.deps.dynamo, name: table() });
    const counted = { name: 'mixed', limit: 100 };
    expect(await pass(limit, counted, 50)).toBe(50);
    const [large, ...small] = await Promise.all([90, 1, 1, 1].map((n) => limit(counted, parts.clock.now, n)));
    expect(large).toBeGreaterThan(0);
    expect(small).toEqual([null, null, null]);
  });

  it('asks the store seldom for many requests', async () => {
    let calls = 0;
    const dynamo = parts.otherDynamo();
    dynamo.middlewareStack.add(
      (next) => (args) => {
        calls++;
        return next(args);
      },
      { step: 'initialize' },
    );
    const limit = rateLimiter({ client: dynamo, name: table() });
    expect(await pass(limit, { name: 'cheap', limit: 10_000 }, 100)).toBe(100);
    expect(calls).toBe(3);
  });

  it('lets no request pass while the store is out of reach', async () => {
    parts.faults.add({ service: 'store', kind: 'error', operation: 'UpdateItem', times: 100 });
    const limit = rateLimiter({ client: parts.deps.dynamo, name: table() });
    await expect(limit({ name: 'down', limit: 10 }, parts.clock.now)).rejects.toThrow();
    parts.faults.clear();
    expect(await limit({ name: 'down', limit: 10 }, parts.clock.now)).toBeNull();
  });
});

describe('a request over the limit', () => {
  const request = async (officer: string, deps: TokenDeps = parts.deps) => {
    parts.nonce = await parts.nonces.current();
    const app = tokenApp(deps, { knows: () => true });
    const details = [{ type: 'fieldgate', purpose: 'S1', actions: ['release'], officer }];
    const body = tokenForm(parts, { authorization_details: JSON.stringify(details) });
    return app.request('/oauth/token', { method: 'POST', headers: tokenHeaders(parts), body });
  };
  const ask = async (officer: string) =>
    ((await (await request(officer)).json()) as { access_token: string }).access_token;

  it('of officers whom the agency names is refused, whatever the name', async () => {
    const app = createApp<SessionVariables>();
    const deps = withTables({ ...parts.deps, dynamo: parts.otherDynamo(), rates: { agency: 6, officer: 2 } });
    app.get('/v1/thing', authenticate(deps, 'self.read'), (c) => c.json({}));
    const call = async (token: string) => {
      const dpop = makeProof(parts, { method: 'GET', path: '/v1/thing', token });
      const response = await app.request('/v1/thing', { headers: { authorization: `DPoP ${token}`, dpop } });
      const body = (await response.json()) as { code?: string };
      return { status: response.status, code: body.code, wait: response.headers.get('retry-after') };
    };
    parts.clock.now += 60_000;
    const [li, wang] = await Promise.all([ask('li.na'), ask('wang.fang')]);
    parts.clock.now += 60_000;
    expect(await call(li)).toMatchObject({ status: 200 });
    expect(await call(li)).toMatchObject({ status: 200 });
    expect(await call(li)).toEqual({ status: 429, code: 'RATE_LIMITED', wait: '60' });
    expect(await call(wang)).toMatchObject({ status: 429 });
    parts.clock.now += 60_000;
    expect(await call(li)).toMatchObject({ status: 200 });
  });

  it('refuses requests for tokens too, with an OAuth error', async () => {
    const deps = { ...parts.deps, dynamo: parts.otherDynamo(), rates: { agency: 3, officer: 1 } };
    parts.clock.now += 60_000;
    expect((await request('he.jing', deps)).status).toBe(200);
    const refused = await request('he.jing', deps);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(await refused.json()).toMatchObject({ error: 'temporarily_unavailable' });
    expect((await request('lin.tao', deps)).status).toBe(429);
  });
});
