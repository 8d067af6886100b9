/** What the bundles send instead of the SDK's handler, against a server of this process. */
import { createServer, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { NodeHttpHandler } from '../../infra/aws/leaner/http-handler.ts';
import { listen } from './rest-front.ts';

let server: Server;
let url: URL;
let connections = 0;
const handler = new NodeHttpHandler({
  connectionTimeout: 200,
  requestTimeout: 300,
  httpAgent: { maxSockets: 9 },
});

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await buffer(request);
    if (request.url === '/dark') return;
    if (request.url === '/broken') return void response.destroy();
    if (request.url === '/half') {
      response.writeHead(200, { 'content-length': 10 }).write('half');
      return void setTimeout(() => response.destroy(), 20);
    }
    const seen = String(request.headers['x-sent']);
    response.writeHead(418, { 'x-seen': seen, 'x-path': request.url });
    response.write(body);
    response.end('!');
  });
  server.on('connection', () => connections++);
  url = new URL(await listen(server));
});
afterAll(() => {
  handler.destroy();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  connections = 0;
});

const send = (path: string, more: object = {}) => {
  const { protocol, hostname, port } = url;
  const headers = { 'x-sent': 'yes' };
  const sent = { protocol, hostname, port: Number(port), method: 'POST', path, headers, body: '名', ...more };
  return handler.handle(sent);
};

it('gives status, headers and the whole body, and keeps its connection', async () => {
  for (let i = 0; i < 3; i++) {
    const { response } = await send('/');
    expect([response.statusCode, response.headers['x-seen']]).toEqual([418, 'yes']);
    expect(Buffer.from(response.body as Uint8Array).toString()).toBe('名!');
  }
  expect(connections).toBe(1);
});

it('gives the answer to a GET as a stream', async () => {
  const { response } = await send('/', { method: 'GET', body: undefined });
  expect((await buffer(response.body as never)).toString()).toBe('!');
});

it('sends the query, which the signature covers', async () => {
  const query = { 'list-type': '2', prefix: "a/b c(1)'名&=", 'x-id': null, part: ['1', '2'] };
  const { response } = await send('/file', { method: 'GET', body: undefined, query });
  const path = '/file?list-type=2&prefix=a%2Fb%20c%281%29%27%E5%90%8D%26%3D&x-id&part=1&part=2';
  expect(response.headers['x-path']).toBe(path);
});

it('opens no more connections than it may', async () => {
  await Promise.all(Array.from({ length: 30 }, () => send('/')));
  expect(connections).toBeLessThanOrEqual(9);
});

it.each(['/dark', '/broken', '/half'])('fails at %s with an error that the SDK repeats', async (path) => {
  const error = await send(path).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ name: 'TimeoutError' });
});

it('fails if no server listens, and after its signal', async () => {
  await expect(send('/', { port: 1 })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  const { protocol, hostname, port } = url;
  const sent = {
    protocol,
    hostname,
    port: Number(port),
    method: 'POST',
    path: '/dark',
    headers: {},
    body: '',
  };
  const stopped = handler.handle(sent, { abortSignal: AbortSignal.timeout(20) });
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
});
