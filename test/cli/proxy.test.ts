/** Offices that reach the gateway only through a proxy: the program asks it for a tunnel, and no other host. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import http, { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { takeProxy } from '../../infra/cli/terminal/proxy.ts';

const asked: string[] = [];
/** It opens no tunnel: what matters is that it was asked for one. */
const proxy = createServer().on('connect', ({ url }, socket) => {
  asked.push(url ?? '');
  socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
});
proxy.listen(0, '127.0.0.1');
await once(proxy, 'listening');
const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

beforeEach(() => {
  asked.length = 0;
});
afterAll(() => {
  proxy.close();
});

/** No host of this name exists, so only a proxy could reach it. */
const GATEWAY = 'https://fieldgate.invalid';

function log(url: string, env: Record<string, string>): Promise<{ code: number; stderr: string }> {
  const args = ['--no-warnings', 'infra/cli/fieldgate.ts', 'log', 'verify', '--url', url];
  const clean = { PATH: process.env['PATH'], FIELDGATE_LANG: 'en', ...env };
  return new Promise((resolve) =>
    execFile(process.execPath, args, { env: clean }, (error, _, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stderr }),
    ),
  );
}

it('a call over TLS goes through the proxy, which learns the host alone', async () => {
  const { code } = await log(GATEWAY, { HTTPS_PROXY: address });
  expect(code).toBe(3);
  expect(new Set(asked)).toEqual(new Set(['fieldgate.invalid:443']));
});

it('not to a host that is excepted, without a proxy, or to a gateway on this machine', async () => {
  await log(GATEWAY, { HTTPS_PROXY: address, NO_PROXY: '.invalid' });
  await log(GATEWAY, {});
  await log('http://127.0.0.1:9', { HTTPS_PROXY: address });
  expect(asked).toEqual([]);
});

it('says if this version of Node takes no proxy', () => {
  expect(takeProxy({})).toBe(false);
  expect(takeProxy({ HTTPS_PROXY: address, NODE_USE_ENV_PROXY: '1' })).toBe(false);
  const { setGlobalProxyFromEnv } = http;
  Object.assign(http, { setGlobalProxyFromEnv: undefined });
  try {
    expect(takeProxy({ HTTPS_PROXY: address })).toBe(true);
  } finally {
    Object.assign(http, { setGlobalProxyFromEnv });
  }
});
