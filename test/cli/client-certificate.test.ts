/** Gateways whose domain demands a client certificate: the command line and programs present one, to the gateway alone. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect as openTcp } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../shared/client/connect.ts';
import { mayHaveBeenSent } from '../../shared/client/wire/send.ts';
import { type ClientCertificate, fetchWith } from '../../shared/mtls.ts';
import { sharedFolder, temporaryFolder } from '../support/folder.ts';
import { type TestGateway, testGateway } from '../support/gateway.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { type Front, inFolder, makeCertificates, PASSPHRASE, tlsFront } from '../support/tls-front.ts';
import { fieldgate, putAgency } from './run.ts';
import { ask, startSidecar } from './sidecar/support.ts';

describe.skipIf(!hasOpenssl)('a gateway that demands a client certificate', () => {
  let front: Front;
  let older: Front;
  let other: Front;
  let gateway: TestGateway;
  const folder = sharedFolder();
  const trusts = { NODE_EXTRA_CA_CERTS: inFolder('ca.pem'), FIELDGATE_LANG: 'en', NO_COLOR: '1' };
  const options = (cert: string, key: string) => [
    ...['--client-cert', inFolder(cert), '--client-key', inFolder(key)],
  ];
  const whoami = (args: string[], env: object = {}) =>
    fieldgate(folder, ['whoami', '--json', ...args], { env: { ...trusts, ...env } });

  beforeAll(async () => {
    makeCertificates();
    front = await tlsFront(true);
    older = await tlsFront(true, 'TLSv1.2');
    other = await tlsFront(false);
    gateway = await testGateway({ publicUrl: front.url, people: true });
    front.leadsTo(gateway.address);
    older.leadsTo(gateway.address);
    other.leadsTo(gateway.address);
    const keys = gateway.agency('edu-county');
    putAgency(folder, keys);
  });
  beforeEach(() => {
    front.seen();
    other.seen();
  });
  afterAll(async () => {
    front.close();
    older.close();
    other.close();
    await gateway.close();
  });

  it('gives no answer without one, and the message names the option', async () => {
    for (const args of [
      ['whoami', '--as', 'edu-county'],
      ['whoami', '--as', 'edu-county', ...options('stranger.pem', 'stranger.key')],
      ['log', 'verify', '--url', front.url],
      ['log', 'verify', '--url', older.url],
    ]) {
      const { code, stderr } = await fieldgate(folder, args, { env: trusts });
      expect(code, stderr).toBe(3);
      expect(stderr).toContain('--client-cert');
    }
    expect(front.seen()).toEqual([]);
  });

  it.each([
    ['options', () => whoami(['--as', 'edu-county', ...options('office.pem', 'office.key')])],
    ['one file with both', () => whoami(['--as', 'edu-county', '--client-cert', inFolder('both.pem')])],
    [
      'the environment',
      () =>
        whoami(['--as', 'edu-county'], {
          FIELDGATE_CLIENT_CERT: inFolder('office.pem'),
          FIELDGATE_CLIENT_KEY: inFolder('office.key'),
        }),
    ],
    [
      'an encrypted key',
      () =>
        whoami(['--as', 'edu-county', ...options('office.pem', 'locked.key')], {
          FIELDGATE_CLIENT_KEY_PASSPHRASE: PASSPHRASE,
        }),
    ],
    ['the file of keys', () => whoami(['--agency-file', '.fieldgate/agencies/with-own.json'])],
  ])('takes it from %s', async (_, run) => {
    // Paths in the file of keys begin in its folder.
    for (const name of ['office.pem', 'office.key'])
      copyFileSync(inFolder(name), join(folder, '.fieldgate', 'agencies', name));
    const own = { ...gateway.agency('edu-county'), clientCert: 'office.pem', clientKey: 'office.key' };
    writeFileSync(join(folder, '.fieldgate', 'agencies', 'with-own.json'), JSON.stringify(own));
    const { code, stderr, json } = await run();
    expect(code, stderr).toBe(0);
    expect(json().clientId).toBe('edu-county');
    expect(new Set(front.seen())).toEqual(new Set(['office']));
  });

  it('is met again with the certificate of the login, also by the commands that check its log', async () => {
    const home = temporaryFolder();
    const env = { ...trusts, FIELDGATE_DEBUG: '1' };
    const run = (...args: string[]) => fieldgate(home, args, { env });
    const words = ['--url', front.url, ...options('office.pem', 'office.key')];
    const login = await run('login', 'zhang.wei', ...words);
    expect(login.code, login.stderr).toBe(0);
    expect(readFileSync(join(home, '.config/fieldgate/login.json'), 'utf8')).toContain(
      inFolder('office.key'),
    );
    expect((await run('whoami')).code).toBe(0);
    await gateway.sequencer.step();
    const verified = await run('log', 'verify');
    expect(verified.code, verified.stderr).toBe(0);
    expect(new Set(front.seen())).toEqual(new Set(['office']));
  });

  it('goes through the proxy of the environment', async () => {
    const tunnels: string[] = [];
    const proxy = createServer().on('connect', ({ url = '' }, socket) => {
      tunnels.push(url);
      const { hostname, port } = new URL(`http://${url}`);
      const far = openTcp(Number(port), hostname, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      far.pipe(socket).pipe(far);
      for (const one of [far, socket]) one.on('error', () => {});
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    const { port } = proxy.address() as AddressInfo;
    const words = ['--as', 'edu-county', ...options('office.pem', 'office.key')];
    const { code, stderr } = await whoami(words, { HTTPS_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: '' });
    expect(code, stderr).toBe(0);
    expect(new Set(tunnels)).toEqual(new Set([new URL(front.url).host]));
    expect(new Set(front.seen())).toEqual(new Set(['office']));
  });

  it('is behind the sidecar too', async () => {
    const env = { ...trusts, FIELDGATE_CLIENT_CERT: inFolder('both.pem') };
    const { url } = await startSidecar(folder, 'edu-county', [], env);
    expect((await ask(url, 'GET', '/whoami')).json.clientId).toBe('edu-county');
  });

  it.each([
    ['a key of another certificate', options('office.pem', 'renewed.key'), 'renewed.key'],
    ['an encrypted key alone', options('office.pem', 'locked.key'), 'PASSPHRASE'],
    ['no such file', ['--client-cert', 'missing.pem'], 'missing.pem'],
    ['a key alone', ['--client-key', inFolder('office.key')], '--client-cert'],
    ['what is not PEM', ['--client-cert', 'package.json'], 'package.json'],
  ])('refuses %s before it calls, and shows none of it', async (_, args, named) => {
    writeFileSync(join(folder, 'package.json'), '{"secret":1}');
    const { code, stderr } = await whoami(['--as', 'edu-county', ...args]);
    expect(code).toBe(2);
    expect(JSON.parse(stderr).error.message).toContain(named);
    for (const text of ['PRIVATE', 'BEGIN', 'secret', PASSPHRASE]) expect(stderr).not.toContain(text);
    expect(front.seen()).toEqual([]);
  });

  const pems = (cert: string, key: string): ClientCertificate => ({
    ...{ cert: readFileSync(inFolder(cert), 'utf8'), key: readFileSync(inFolder(key), 'utf8') },
    ca: readFileSync(inFolder('ca.pem'), 'utf8'),
  });

  it('is called by a program, whose renewed certificate needs no restart', async () => {
    let now: () => ClientCertificate = () => pems('office.pem', 'office.key');
    const { sig: key } = gateway.agency('edu-county');
    const gate = await connect({
      issuer: front.url,
      clientId: 'edu-county',
      key,
      fetch: fetchWith(() => now()),
    });
    await gate.whoami();
    // Between the two files of a renewal the pair before them is used.
    now = () => pems('renewed.pem', 'office.key');
    await gate.whoami();
    expect(new Set(front.seen())).toEqual(new Set(['office']));
    now = () => pems('renewed.pem', 'renewed.key');
    await gate.whoami();
    expect(front.seen()).toEqual(['renewed']);
  });

  it('a request whose connection was not opened was never sent', async () => {
    const asked = fetchWith(pems('stranger.pem', 'stranger.key'))(older.url, { method: 'POST', body: 'x' });
    const failure = await asked.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TypeError);
    expect(mayHaveBeenSent(failure)).toBe(false);
    const ours = fetchWith(pems('office.pem', 'office.key'));
    expect((await ours(`${older.url}/log/key`)).status).toBe(200);
    // Its redirects stay there.
    expect((await ours(`${front.url}/`)).status).toBe(200);
  });

  it('is learned by no other host, even if the gateway redirects to it', async () => {
    await gateway.sequencer.step();
    front.moves(other.url);
    const words = ['log', 'verify', '--url', front.url, ...options('office.pem', 'office.key')];
    const { code, stderr } = await fieldgate(temporaryFolder(), words, { env: trusts });
    front.moves('');
    expect(code, stderr).toBe(0);
    expect(new Set(front.seen())).toEqual(new Set(['office']));
    expect(new Set(other.seen())).toEqual(new Set([null]));
  });
});
