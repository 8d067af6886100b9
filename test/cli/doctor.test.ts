/** `fieldgate doctor`, and the causes of a gateway that cannot be reached: real servers, names and certificates. */

import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { type Front, inFolder, makeCertificates, tlsFront } from '../support/tls-front.ts';
import { fieldgate, logInAt, putAgency, putLogin } from './run.ts';

const gateway = await fileGateway();
const folder = sharedFolder();
logInAt(folder, gateway);
putAgency(folder, gateway.agency('edu-county'));

interface Seen {
  name: string;
  state: string;
  seen: string;
  todo?: string;
}

async function doctor(url: string, env: Record<string, string> = {}, ...words: string[]) {
  const run = await fieldgate(folder, ['doctor', '--url', url, '--json', ...words], { env });
  const checks: Seen[] = run.json();
  return {
    code: run.code,
    checks,
    last: checks.at(-1) as Seen,
    of: new Map(checks.map((one) => [one.name, one])),
  };
}

async function server(answer: RequestListener): Promise<string> {
  const made = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((done) => made.once('listening', done));
  onTestFinished(() => void made.close());
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

/** A port at which nothing listens any more. */
async function nowhere(): Promise<string> {
  const made = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => made.once('listening', done));
  const { port } = made.address() as AddressInfo;
  await new Promise((done) => made.close(done));
  return `http://127.0.0.1:${port}`;
}

it('a sound way ends with the rights of the office', async () => {
  const { code, checks, of } = await doctor(gateway.url, {}, '--as', 'edu-county');
  expect(checks.filter(({ state }) => state === 'bad')).toEqual([]);
  expect([code, of.get('rights')?.seen]).toEqual([0, expect.stringMatching(/^edu-county: .*S1/)]);
  expect(of.get('key')?.seen).toMatch(/^edu-county, .*edu-county\.json$/);
});

it('an office to which no purpose is open reads what it lacks', async () => {
  const steward = (method: string, path: string, body?: object) => {
    const details = { actions: ['steward'], reason: 'a new office', officer: 'li.na', unseen: true as const };
    return gateway.call('steward-office', details, method, path, body);
  };
  const path = '/v1/agencies/court-press';
  const { name, areas, roles, departments, trainedUntil, contracts } = (await steward('GET', path)).json;
  const rights = {
    name,
    areas,
    roles,
    departments,
    trainedUntil,
    contracts,
    actions: ['release'],
    purposes: [],
  };
  expect((await steward('PUT', path, rights)).status).toBe(200);
  putAgency(folder, gateway.agency('court-press'));
  const { of } = await doctor(gateway.url, {}, '--as', 'court-press');
  expect(of.get('rights')).toMatchObject({ state: 'open', todo: expect.stringContaining('agency change') });
});

it('a login that the gateway has forgotten is none, and one that was not asked about is open', async () => {
  // Of a folder in which commands get no login by themselves.
  const own = sharedFolder();
  putAgency(own, gateway.agency('edu-county'));
  const file = join(own, '.fieldgate', 'login.json');
  const login = async (url: string) => {
    const run = await fieldgate(own, ['doctor', '--url', url, '--json', '--as', 'edu-county']);
    return (run.json() as Seen[]).find(({ name }) => name === 'login')?.state;
  };
  await putLogin(folder, 'edu-county', 'zhang.wei');
  const kept = readFileSync(join(folder, '.fieldgate', 'login.json'), 'utf8');
  writeFileSync(file, kept);
  expect([await login(gateway.url), await login(await nowhere())]).toEqual(['good', 'open']);
  writeFileSync(file, JSON.stringify({ ...JSON.parse(kept), accessToken: 'forgotten' }));
  expect(await login(gateway.url)).toBe('bad');
});

it('names what is missing first, and says what to do', async () => {
  const nothing = await doctor(await nowhere());
  expect([nothing.code, nothing.last]).toMatchObject([1, { name: 'gateway', seen: 'ECONNREFUSED' }]);
  expect(nothing.last.todo).toContain('npm start');
  const name = await doctor('https://gateway.invalid');
  expect(name.last).toMatchObject({
    name: 'host',
    state: 'bad',
    todo: expect.stringContaining('No such host'),
  });
  const plain = await doctor(gateway.url.replace('http:', 'https:'));
  expect(plain.last).toMatchObject({ name: 'tls', todo: expect.stringContaining('does not speak TLS') });
  const none = await doctor(gateway.url, {}, '--as', 'no-such');
  expect(none.of.get('key')?.state).toBe('bad');
});

it('a proxy is named only if the call goes through it, and its silence is not the gateway’s', async () => {
  const silent = new URL(await nowhere()).origin;
  const taken = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: silent };
  const through = await doctor(gateway.url, taken);
  expect(through.of.get('proxy')).toMatchObject({ state: 'open', seen: silent });
  expect(through.last).toMatchObject({ name: 'gateway', todo: expect.stringContaining('The proxy') });
  for (const env of [{ HTTPS_PROXY: silent }, { ...taken, NO_PROXY: 'other.example,127.0.0.1' }]) {
    const past = await doctor(gateway.url, env);
    expect(past.of.get('proxy')?.state).toBe('good');
    expect(past.of.get('host')?.state).toBe('good');
    expect(past.of.get('gateway')?.state).toBe('good');
  }
});

it('another clock, another gateway and a gateway that is not ready are told apart', async () => {
  const late = await server((_, to) => {
    to.setHeader('date', new Date(Date.now() - 120_000).toUTCString());
    to.setHeader('content-type', 'application/json').end('{"status":"ready"}');
  });
  const clock = (await doctor(late)).of.get('clock');
  expect([clock?.state, Number(/^the gateway is (\d+) s behind$/.exec(clock?.seen ?? '')?.[1])]).toEqual([
    'bad',
    expect.toSatisfy((s: number) => s > 110 && s < 130),
  ]);
  const own = await server((asked, to) => {
    const body = asked.url === '/readyz' ? { status: 'ready' } : { issuer: 'https://other.example/' };
    to.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  });
  expect((await doctor(own, {}, '--as', 'edu-county')).last).toMatchObject({
    name: 'rights',
    todo: expect.stringContaining('but as https://other.example/'),
  });
  const down = await server((_, to) => {
    to.writeHead(503, { 'content-type': 'application/problem+json' });
    to.end('{"code":"STORE_UNAVAILABLE","title":"x","status":503}');
  });
  expect((await doctor(down)).of.get('gateway')).toMatchObject({ state: 'bad', seen: 'STORE_UNAVAILABLE' });
});

describe.skipIf(!hasOpenssl)('certificates', () => {
  let front: Front;
  beforeAll(async () => {
    makeCertificates();
    front = await tlsFront(false);
    front.leadsTo(gateway.address);
  });
  afterAll(() => front.close());

  it('an authority that is unknown until it is named', async () => {
    const unknown = await doctor(front.url);
    expect(unknown.last).toMatchObject({
      name: 'tls',
      state: 'bad',
      todo: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
    const trusted = { NODE_EXTRA_CA_CERTS: inFolder('ca.pem') };
    expect((await doctor(front.url, trusted)).of.get('tls')).toMatchObject({ state: 'good' });
    const { stderr } = await fieldgate(folder, ['whoami', '--as', 'edu-county', '--url', front.url]);
    expect(stderr).toContain('NODE_EXTRA_CA_CERTS');
  });

  it.each([
    ['is over', 'over', 'NOT_VALID_NOW', 'CERT_HAS_EXPIRED', 'not valid today'],
    ['is of another host', 'elsewhere', 'OTHER_HOST', 'ERR_TLS_CERT_ALTNAME_INVALID', 'another host'],
  ])('a certificate that %s, also in every failure', async (_, own, obstacle, why, words) => {
    const bad = await tlsFront(false, 'TLSv1.3', own);
    onTestFinished(bad.close);
    bad.leadsTo(gateway.address);
    // The one that ends as it is made is good for that second.
    await wait(1100);
    const trusted = { NODE_EXTRA_CA_CERTS: inFolder('ca.pem') };
    const { last } = await doctor(bad.url, trusted);
    expect(last).toMatchObject({ name: 'tls', state: 'bad', todo: expect.stringContaining(words) });
    const asked = ['whoami', '--as', 'edu-county', '--url', bad.url];
    const { stderr } = await fieldgate(folder, [...asked, '--json'], { env: trusted });
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'UNREACHABLE', obstacle, why });
    expect((await fieldgate(folder, asked, { env: trusted })).stderr).toContain(words);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'a gateway that demands one of the caller, over %s',
    async (most) => {
      const strict = await tlsFront(true, most);
      onTestFinished(strict.close);
      strict.leadsTo(gateway.address);
      const trusted = { NODE_EXTRA_CA_CERTS: inFolder('ca.pem') };
      expect((await doctor(strict.url, trusted)).last).toMatchObject({ name: 'gateway', state: 'bad' });
      const own = ['--client-cert', inFolder('office.pem'), '--client-key', inFolder('office.key')];
      expect((await doctor(strict.url, trusted, ...own)).of.get('gateway')).toMatchObject({ state: 'good' });
    },
  );
});

it('the cause is in every failure, as JSON, too', async () => {
  const url = await nowhere();
  const run = await fieldgate(folder, ['whoami', '--as', 'edu-county', '--url', url, '--json']);
  expect([run.code, JSON.parse(run.stderr).error]).toMatchObject([
    3,
    { code: 'UNREACHABLE', obstacle: 'REFUSED', why: 'ECONNREFUSED' },
  ]);
});
