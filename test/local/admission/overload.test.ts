import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { HELD, untilStep } from '../../../functions/http/deadline.ts';
import { tokenKey } from '../../../functions/session/agency.ts';
import { callersBy } from '../../../infra/local/admission/callers.ts';
import { limitConnections } from '../../../infra/local/admission/connections.ts';
import { serve } from '../../../infra/local/serve.ts';
import { TOKEN_LIFETIME } from '../../../shared/identity/tokens/access-token.ts';
import { fileGateway } from '../../support/gateway.ts';

/** Requests that are at work until they are let go. */
const working: (() => void)[] = [];

/** An app whose requests end when the test says so; `/held` is ready at once and waits for its time step. */
async function app(asked: Request): Promise<Response> {
  const { pathname } = new URL(asked.url);
  if (pathname === '/held') await untilStep(performance.now(), 1, 10_000);
  if (pathname === '/work') await new Promise<void>((done) => working.push(done));
  return new Response(asked.method === 'POST' ? String((await asked.text()).length) : null);
}

const { url, stop } = await serve({
  now: Date.now,
  port: 0,
  limits: { running: 2, share: 1, waiting: { each: 2, all: 20 }, inside: 100, patience: 60_000 },
  app,
  held: HELD,
  bodyLimit: 1000,
  callerOf: (authorization) => authorization || null,
  people: () => null,
});
afterAll(() => {
  for (const done of working) done();
  return stop();
});

const ask = (path: string, authorization: string) => fetch(url + path, { headers: { authorization } });

it('tells a caller beyond its share at once to come again, and serves another one', async () => {
  const told: Response[] = [];
  const noisy = Array.from({ length: 6 }, async () => {
    const answer = await ask('/work', 'noisy');
    if (answer.status === 429) told.push(answer);
    return answer.status;
  });
  // One works, two wait.
  await expect.poll(() => told.length).toBe(3);
  for (const answer of told) {
    expect(answer.headers.get('retry-after')).toBe('1');
    const requestId = answer.headers.get('x-request-id');
    expect(await answer.json()).toMatchObject({ status: 429, code: 'RATE_LIMITED', requestId });
  }
  expect((await ask('/free', 'quiet')).status).toBe(200);
  for (let left = 3; left > 0; left--) {
    await expect.poll(() => working.length).toBeGreaterThan(0);
    working.shift()?.();
  }
  expect((await Promise.all(noisy)).toSorted()).toEqual([200, 200, 200, 429, 429, 429]);
});

it('a sender whose body does not arrive takes no place', async () => {
  const headers = { authorization: 'slow', 'content-length': '100' };
  const slow = Array.from({ length: 10 }, () =>
    request(`${url}/free`, { method: 'POST', agent: false, headers }),
  );
  for (const one of slow) one.on('error', () => {}).write('{');
  await Promise.all(slow.map((one) => once(one, 'socket')));
  const answer = await fetch(`${url}/free`, {
    method: 'POST',
    body: 'abc',
    headers: { authorization: 'slow' },
  });
  expect([answer.status, await answer.text()]).toEqual([200, '3']);
  for (const one of slow) one.destroy();
});

it('an answer that waits for its time step takes no place', async () => {
  const held = new AbortController();
  const waits = fetch(`${url}/held`, { headers: { authorization: 'held' }, signal: held.signal });
  waits.catch(() => {});
  for (let n = 0; n < 5; n++) expect((await ask('/free', 'held')).status).toBe(200);
  held.abort();
});

it('a token with a false signature names no caller', async () => {
  const gateway = await fileGateway();
  const { verify } = await tokenKey({ ...gateway, now: Date.now });
  const callerOf = callersBy(gateway.url, verify, Date.now);
  const { value } = await gateway.token('edu-county', { actions: ['intake'] });
  const [head, payload, signature = ''] = value.split('.');
  const forged = [head, payload, `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`].join('.');
  expect([value, forged, ''].map((text) => callerOf(`DPoP ${text}`))).toEqual(['edu-county', null, null]);
});

it('a token is known for half a minute, and then no longer if it has ended', async () => {
  const gateway = await fileGateway();
  const { verify } = await tokenKey({ ...gateway, now: Date.now });
  const { value } = await gateway.token('edu-county', { actions: ['intake'] });
  let now = Date.now() + (TOKEN_LIFETIME - 10) * 1000;
  const callerOf = callersBy(gateway.url, verify, () => now);
  expect(callerOf(`DPoP ${value}`)).toBe('edu-county');
  now += 31_000;
  expect(callerOf(`DPoP ${value}`)).toBe(null);
});

it('a caller beyond its share is refused before its body is read', async () => {
  const busy = Array.from({ length: 3 }, () => ask('/work', 'talker'));
  await expect.poll(() => working.length).toBe(1);
  const headers = { authorization: 'talker', 'content-length': '100' };
  const silent = () =>
    request(`${url}/free`, { method: 'POST', agent: false, headers }).on('error', () => {});
  await expect
    .poll(async () => {
      const asked = silent();
      asked.write('{');
      const answered = once(asked, 'response').then(([{ statusCode }]) => statusCode);
      const status = await Promise.race([answered, once(asked, 'socket').then(() => after(200))]);
      asked.destroy();
      return status;
    })
    .toBe(429);
  for (let left = 3; left > 0; left--) {
    await expect.poll(() => working.length).toBeGreaterThan(0);
    working.shift()?.();
  }
  expect((await Promise.all(busy)).map(({ status }) => status)).toEqual([200, 200, 200]);
});

it('a connection above the limit is told so and closed', async () => {
  const server = createServer((incoming, response) => {
    response.writeHead(tooMany(incoming) ? 429 : 200).end();
  });
  const tooMany = limitConnections(server, 1);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const open = async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const [head] = await once(socket, 'data');
    return { socket, status: String(head).slice(9, 12) };
  };
  const [first, second] = [await open(), await open()];
  expect([first.status, second.status]).toEqual(['200', '429']);
  first.socket.destroy();
  await expect.poll(async () => (await open()).status).toBe('200');
  server.closeAllConnections();
  server.close();
});
