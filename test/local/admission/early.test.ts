/** Callers that send more than they read. */
import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { NO_LIMITS } from '../../../infra/local/admission/admission.ts';
import { limitConnections } from '../../../infra/local/admission/connections.ts';
import { serve } from '../../../infra/local/serve.ts';

const REQUEST = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';

/** A server whose app answers once the test says so, and how often it was asked. */
async function served() {
  let asked = 0;
  const held: (() => void)[] = [];
  const app = async () => {
    asked++;
    await new Promise<void>((done) => held.push(done));
    return new Response('answered');
  };
  const { url, stop } = await serve({
    ...{ now: Date.now, port: 0, limits: NO_LIMITS, app, people: () => null },
    ...{ held: 'test:held', bodyLimit: 1000, callerOf: (name) => name || null },
  });
  return { url, stop, held, asked: () => asked };
}

it('requests that are sent before the answer to the first are refused, and end the connection', async () => {
  const { url, stop, held, asked } = await served();
  const socket = connect(Number(new URL(url).port), '127.0.0.1').setEncoding('utf8');
  let text = '';
  socket.on('data', (part) => {
    text += part;
  });
  socket.write(REQUEST.repeat(20));
  await expect.poll(() => held.length).toBe(1);
  // What would also have reached the app has been read by now.
  expect((await fetchLater(url, held)).status).toBe(200);
  expect(asked()).toBe(2);
  for (const go of held) go();
  await once(socket, 'close');
  expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '429']);
  await stop();
});

/** A request on a connection of its own, answered at once. */
async function fetchLater(url: string, held: (() => void)[]): Promise<Response> {
  const [before, answer] = [held.length, fetch(url, { headers: { connection: 'close' } })];
  await expect.poll(() => held.length).toBeGreaterThan(before);
  held.pop()?.();
  return answer;
}

it('requests one after another on a connection that is kept are all answered', async () => {
  const { url, stop, held } = await served();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set<unknown>();
  for (let n = 0; n < 50; n++) {
    const request = get(url, { agent });
    await expect.poll(() => held.length, { interval: 1 }).toBe(1);
    held.pop()?.();
    const [answer] = await once(request, 'response');
    ports.add(answer.socket.localPort);
    expect(answer.statusCode).toBe(200);
    await once(answer.resume(), 'end');
  }
  expect(ports.size).toBe(1);
  agent.destroy();
  await stop();
});

it('a caller that does not read its answer is cut off', async () => {
  const server = createServer((_, response) => response.end(Buffer.alloc(50_000_000)));
  limitConnections(server, 10, 50);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const cut = new Promise((done) => server.once('connection', (socket) => socket.once('close', done)));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
  socket.pause().write(REQUEST);
  await cut;
  socket.destroy();
  server.close();
});
