/** Pages of other sites in a browser on the same machine, which reach loopback as the browser's person does. */
import { request } from 'node:http';
import { afterAll, expect, it } from 'vitest';
import { testGateway } from '../support/gateway.ts';

const gateway = await testGateway({ people: undefined as never, hosts: ['gate.test'] });
afterAll(() => gateway.close());
const { port } = new URL(gateway.url);

function ask(method: string, path: string, headers: Record<string, string>): Promise<[number, string]> {
  return new Promise((done, fail) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => done([answer.statusCode ?? 0, text]));
    });
    sent.on('error', fail).end();
  });
}
const code = async (...call: Parameters<typeof ask>) => {
  const [, text] = await ask(...call);
  return JSON.parse(text).code;
};

const own = (host: string) => ({ host: `${host}:${port}` });

it.each(['evil.test', 'localhost.evil.test', '127.0.0.1.evil.test', '10.0.0.1'])(
  'a name that leads here, %s, gets nothing, not even what is public',
  async (host) => {
    for (const path of ['/v1/whoami', '/people/sign-in', '/people/.well-known/openid-configuration', '/'])
      expect([path, await code('GET', path, own(host))]).toEqual([path, 'REFUSED']);
    expect(await code('POST', '/oauth/token', own(host))).toBe('REFUSED');
  },
);

it.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST', 'localhost.', 'gate.test'])(
  'by its own name %s it answers',
  async (host) => {
    expect(await code('GET', '/v1/whoami', own(host))).toBe('TOKEN_INVALID');
  },
);

it.each([
  ['another origin', { origin: 'https://evil.test' }],
  ['another port of this machine', { origin: `http://localhost:1`, 'sec-fetch-site': 'same-site' }],
  ['a page without an origin', { origin: 'null' }],
  ['a form of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
])('changes nothing and makes no login from %s', async (_, headers) => {
  const all = { ...own('localhost'), ...headers };
  expect(await code('POST', '/v1/intake', all)).toBe('REFUSED');
  expect(await code('POST', '/people/sign-in', all)).toBe('REFUSED');
  expect(await code('GET', '/people/sign-in', { ...all, 'sec-fetch-dest': 'iframe' })).toBe('REFUSED');
});

it('reads of another site and its link to the login pass, and the pages of the gateway itself do all', async () => {
  const cross = { ...own('localhost'), 'sec-fetch-site': 'cross-site' };
  expect(await code('GET', '/v1/whoami', cross)).toBe('TOKEN_INVALID');
  const link = { ...cross, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  expect((await ask('GET', '/people/sign-in', link))[1]).not.toContain('REFUSED');
  const page = { ...own('localhost'), origin: `http://localhost:${port}`, 'sec-fetch-site': 'same-origin' };
  expect(await code('POST', '/v1/intake', page)).toBe('TOKEN_INVALID');
});
