import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  isPublicAddress,
  jwksCache,
  jwksFetcher,
  readJwksUrl,
} from '../../shared/identity/agencies/jwks-url.ts';
import { ecKey } from '../support/jws.ts';
import { hasOpenssl } from '../support/openssl.ts';

const URL_OF_KEYS = 'https://keys.agency.example/jwks.json';
const SET = JSON.stringify({ keys: [{ ...ecKey().jwk, kid: 'a', use: 'sig' }] });

describe('the address of keys', () => {
  it.each([
    'http://keys.agency.example/jwks.json',
    'https://127.0.0.1/jwks.json',
    'https://[::1]/jwks.json',
    'https://2130706433/jwks.json',
    'https://0x7f.1/jwks.json',
    'https://localhost/jwks.json',
    'https://keys.agency.example:8443/jwks.json',
    'https://user@keys.agency.example/jwks.json',
    'https://keys.agency.example/jwks.json#a',
    'https://keys.agency.example',
    'HTTPS://keys.agency.example/jwks.json',
    'https://keys.agency.example/a/../jwks.json',
    'file:///etc/passwd',
    'keys.agency.example',
    `https://keys.agency.example/${'a'.repeat(600)}`,
  ])('is not %s', (text) => {
    expect(readJwksUrl(text)).toBeNull();
  });

  it('is https to a name', () => {
    expect(readJwksUrl(URL_OF_KEYS)?.hostname).toBe('keys.agency.example');
  });
});

describe('isPublicAddress', () => {
  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.255'],
    ...[
      '192.168.1.1',
      '192.0.2.1',
      '198.18.0.1',
      '198.51.100.1',
      '203.0.113.9',
      '224.0.0.1',
      '255.255.255.255',
    ],
    ...[
      '::',
      '::1',
      '::ffff:127.0.0.1',
      '::ffff:8.8.8.8',
      '64:ff9b::7f00:1',
      'fe80::1',
      'fc00::1',
      'fd00:ec2::254',
    ],
    ...['ff02::1', '2001:db8::1', '2001::1', '2002:7f00:1::', '100::1', '', 'localhost', '8.8.8'],
  ])('refuses %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700:4700::1111', '2400:3200::1'])(
    'takes %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
});

describe.skipIf(!hasOpenssl)('fetching', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-jwks-'));
  let server: Server;
  let cert: string;
  let hits: string[];

  beforeAll(async () => {
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile];
    const name = ['-subj', '/CN=test', '-addext', 'subjectAltName=DNS:keys.agency.example'];
    execFileSync('openssl', ['req', '-x509', ...key, '-out', certFile, '-days', '2', ...name], {
      stdio: 'ignore',
    });
    cert = readFileSync(certFile, 'utf8');
    const options: ServerOptions = { key: readFileSync(keyFile), cert };
    hits = [];
    server = createServer(options, (request, response) => {
      hits.push(request.url ?? '');
      const json = { 'content-type': 'application/json' };
      switch (request.url) {
        case '/jwks.json':
          return void response.writeHead(200, json).end(SET);
        case '/moved':
          return void response.writeHead(302, { ...json, location: '/jwks.json' }).end(SET);
        case '/html':
          return void response.writeHead(200, { 'content-type': 'text/html' }).end(SET);
        case '/huge':
          return void response.writeHead(200, json).end(`${SET}${' '.repeat(70_000)}`);
        case '/cut':
          response.writeHead(200, { ...json, 'content-length': '9999' });
          response.write(SET);
          return void setTimeout(() => response.destroy(), 20);
        case '/slow':
          return;
        default:
          return void response.writeHead(404).end();
      }
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  const here = [{ address: '127.0.0.1', family: 4 }];
  const fetcher = (options: { isPublic?: () => boolean; addresses?: typeof here } = {}) =>
    jwksFetcher({
      resolve: async () => options.addresses ?? here,
      isPublic: options.isPublic ?? (() => true),
      tls: { ca: cert, port: (server.address() as AddressInfo).port },
    });
  const at = (path: string) => `https://keys.agency.example${path}`;

  it('gets a key set over TLS from the address that was checked', async () => {
    expect(await fetcher()(at('/jwks.json'))).toBe(SET);
  });

  it.each(['/moved', '/html', '/huge', '/cut', '/slow', '/missing'])('fails for %s', async (path) => {
    await expect(fetcher()(at(path))).rejects.toThrow();
  });

  it('follows no redirect', () => {
    expect(hits.filter((path) => path === '/jwks.json')).toHaveLength(1);
  });

  it('requires a certificate for the name', async () => {
    await expect(fetcher()('https://other.agency.example/jwks.json')).rejects.toThrow(
      /certificate|altnames/i,
    );
  });

  it('connects to no private address, even in addition to a public one', async () => {
    const before = hits.length;
    await expect(fetcher({ isPublic: () => false })(at('/jwks.json'))).rejects.toThrow('no public address');
    const resolve = async () => [{ address: '8.8.8.8', family: 4 }, ...here];
    const strict = jwksFetcher({ resolve, isPublic: isPublicAddress });
    await expect(strict(at('/jwks.json'))).rejects.toThrow('no public address');
    await expect(fetcher({ addresses: [] })(at('/jwks.json'))).rejects.toThrow('no public address');
    expect(hits).toHaveLength(before);
  });
});

describe('the cache', () => {
  it('makes one call for many, and another after five minutes', async () => {
    let [calls, now] = [0, 0];
    const keys = jwksCache(
      async () => {
        calls++;
        return SET;
      },
      () => now,
    );
    await Promise.all(Array.from({ length: 20 }, () => keys(URL_OF_KEYS)));
    expect(calls).toBe(1);
    now += 299_999;
    expect(await keys(URL_OF_KEYS)).toHaveLength(1);
    now += 1;
    await keys(URL_OF_KEYS);
    expect(calls).toBe(2);
  });

  it('uses no old keys if the address fails, and does not call it in a loop', async () => {
    let [calls, now] = [0, 0];
    const keys = jwksCache(
      async () => {
        if (++calls > 1) throw new Error('gone');
        return SET;
      },
      () => now,
    );
    await keys(URL_OF_KEYS);
    now += 300_000;
    await expect(keys(URL_OF_KEYS)).rejects.toThrow('gone');
    await expect(keys(URL_OF_KEYS)).rejects.toThrow('gone');
    expect(calls).toBe(2);
    now += 10_000;
    await expect(keys(URL_OF_KEYS)).rejects.toThrow('gone');
    expect(calls).toBe(3);
  });

  it('accepts no set that could not be registered', async () => {
    const keys = jwksCache(
      async () => '{"keys":[]}',
      () => 0,
    );
    await expect(keys(URL_OF_KEYS)).rejects.toThrow('1 to 20');
  });
});
