import { request } from 'node:http';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { fileGateway } from '../support/gateway.ts';

const gateway = await fileGateway({ people: true });

/** The bytes as they are, and what comes back until the connection ends. */
function send(text: string): Promise<{ status: number; headers: Headers; body: string }> {
  return new Promise((done, fail) => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk)).on('error', fail);
    socket.on('close', () => {
      const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n');
      const [line = '', ...lines] = head.split('\r\n');
      const pairs = lines.map((one) => [one.slice(0, one.indexOf(':')), one.slice(one.indexOf(':') + 1)]);
      done({ status: Number(line.split(' ')[1]), headers: new Headers(pairs as [string, string][]), body });
    });
    socket.write(Buffer.from(text, 'latin1'));
  });
}

const HOST = 'Host: localhost\r\nConnection: close\r\n\r\n';

it.each([
  ['what is no HTTP', 'PLANTED\r\n\r\n', 400, 'INVALID_REQUEST'],
  ['a method that is none', `PLANTED /v1/whoami HTTP/1.1\r\n${HOST}`, 400, 'INVALID_REQUEST'],
  ['no host', 'GET /PLANTED HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'INVALID_REQUEST'],
  ['a host that is none', `GET / HTTP/1.1\r\nHost: PLAN TED\r\n${HOST.slice(17)}`, 403, 'REFUSED'],
  [
    'a proof beyond measure',
    `GET / HTTP/1.1\r\nDPoP: ${'PLANTED'.repeat(4000)}\r\n${HOST}`,
    413,
    'TOO_LARGE',
  ],
  ['an expectation', `GET /PLANTED HTTP/1.1\r\nExpect: PLANTED\r\n${HOST}`, 404, 'NOT_FOUND'],
])('%s is a problem with a request id', async (_, text, status, code) => {
  const answer = await send(text);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const requestId = answer.headers.get('x-request-id');
  expect(JSON.parse(answer.body)).toMatchObject({ status, code, requestId });
  expect(answer.body).not.toContain('PLANTED');
});

it('the issuer of people gives request ids, too', async () => {
  const answer = await fetch(`${gateway.url}/people/.well-known/openid-configuration`);
  expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
});

it('a client that sends a long body first gets its answer', async () => {
  const answered = new Promise<number>((done, fail) => {
    const headers = { 'content-type': 'application/json', connection: 'close', 'content-length': 5_000_000 };
    const sent = request(`${gateway.url}/v1/intake`, { method: 'POST', headers, agent: false });
    sent.on('error', fail);
    const piece = ' '.repeat(500_000);
    const write = (left: number) => {
      sent.write(piece);
      if (left > 1) return void setTimeout(write, 20, left - 1);
      sent.on('response', (answer) => done(answer.resume().statusCode ?? 0));
      sent.end();
    };
    write(10);
  });
  expect(await answered).toBe(401);
});
