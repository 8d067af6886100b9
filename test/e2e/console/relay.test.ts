/** `fieldgate console`: the pages from the auditor's own machine, the answers from the gateway. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { builtConsole } from '../../../infra/package/console.ts';
import { testGateway } from '../../support/gateway.ts';
import { freshNumber } from '../../support/people.ts';
import { tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

const CLI = fileURLToPath(new URL('../../../infra/cli/fieldgate.ts', import.meta.url));
/** The one that issuers of people know. */
const ORIGIN = 'http://localhost:8791';
let world: World;
let ahead = 0;
let relay: ChildProcess;
let said = '';
const { open, signIn } = tabs(['127.0.0.1', 'localhost']);

beforeAll(async () => {
  world = await openWorld(3, () => Date.now() + ahead);
  await builtConsole();
  relay = await relayTo(world.url);
});
afterAll(async () => {
  await end(relay);
  await world.close();
});

async function relayTo(url: string, own: string[] = [], more: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, LANG: 'en_GB.UTF-8', ...more };
  const started = spawn(process.execPath, [CLI, 'console', '--url', url, ...own], { env });
  await new Promise<void>((resolve, reject) => {
    started.once('exit', () => reject(new Error(said)));
    started.stderr?.on('data', (part) => {
      said += part;
      if (said.endsWith('Ctrl-C\n')) resolve();
    });
  });
  return started;
}

async function end(started: ChildProcess) {
  started.removeAllListeners('exit');
  started.kill('SIGTERM');
  await once(started, 'exit');
}

it('takes a new login from a second window, although the issuer is of another origin', async () => {
  const freeze = { target: { purpose: 'H1' }, reason: 'a look into this purpose' };
  const details = { actions: ['audit'], officer: 'wang.fang' };
  await world.call('audit-office', details, 'POST', '/v1/freezes', freeze);
  const tab = await open(ORIGIN, '#/freezes');
  const { page } = tab;
  // The issuer knows the person from a login of five minutes ago.
  ahead = -301_000;
  await page.locator('.button.main').click();
  await page.locator('button[value="li.na"]').click();
  await page.locator('.signin .bar').waitFor();
  ahead = 0;
  await signIn(tab, 'li.na');
  const form = page.locator('section form.act');
  await form.locator('[name=reason]').fill('the look into it is over');
  await page.keyboard.press('Enter');
  const [second] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('button', { name: 'Sign in again to do this' }).click(),
  ]);
  await second.locator('button[value="li.na"]').click();
  await page.locator('.bar.good').waitFor();
  expect(second.isClosed() || second.url() === `${ORIGIN}/console/`).toBe(true);
  await page.context().close();
});

/** @param path sent as it is, with its dots */
async function ask(path: string, headers: Record<string, string> = {}): Promise<number> {
  return (await answerTo(path, { headers })).statusCode ?? 0;
}

function answerTo(path: string, { host = 'localhost', headers = {} } = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host, port: 8791, path, headers: { host: 'localhost:8791', ...headers } },
      (answer) => {
        answer.resume();
        resolve(answer);
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

it('serves the pages under their digest, signs a person in, and verifies the log of the gateway', async () => {
  const tab = await open(ORIGIN);
  const digest = /Digest +(\w{16})/.exec(said)?.[1] ?? 'none';
  await tab.page.getByText(digest).waitFor();
  await signIn(tab, 'wang.fang');
  await tab.page.goto(`${ORIGIN}/console/#/prove`);
  await tab.page.getByRole('button', { name: 'Verify the log' }).click();
  await tab.page.locator('.state.good').waitFor();
  await tab.page.goto(`${ORIGIN}/console/#/log?kind=decision`);
  await tab.page.locator('.list-row').first().click();
  await tab.page.getByText('✓', { exact: false }).first().waitFor();
  await tab.page.locator('.proof li').nth(8).waitFor();
  expect(await tab.page.locator('.proof li.bad').count()).toBe(0);
  expect(tab.faults).toEqual([]);
  // Of the gateway's own host only the login page was asked.
  const elsewhere = tab.requests.filter(({ url }) => !url.startsWith(ORIGIN));
  expect(elsewhere.filter(({ url }) => !new URL(url).pathname.startsWith('/people/'))).toEqual([]);
});

it('refuses pages of other sites, other names of this machine, and other paths', async () => {
  expect(await ask('/log/checkpoint')).toBe(200);
  expect(await ask('/log/checkpoint', { host: 'attacker.example:8791' })).toBe(403);
  expect(await ask('/log/checkpoint', { origin: 'https://attacker.example' })).toBe(403);
  expect(await ask('/log/checkpoint', { 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(await ask('/people/auth')).toBe(404);
  expect(await ask('/console/../package.json')).toBe(404);
  expect(await ask('/')).toBe(308);
});

it("makes no page of its origin of the gateway's answers, which could read what the browser keeps", async () => {
  const { headers } = await answerTo('/log/checkpoint');
  expect(headers['content-security-policy']).toContain('sandbox');
  expect(headers['x-content-type-options']).toBe('nosniff');
});

it('leaves no address of localhost to another program', async () => {
  const own = Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
  for (const host of ['127.0.0.1', '::1'].filter((one) => own.includes(one)))
    expect([host, (await answerTo('/', { host })).statusCode]).toEqual([host, 308]);
});

it('behind IAM signs as an office, for whose people alone the pages work', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-signed-'));
  const before = await testGateway({ people: true, folder });
  await before.put('mca-county', { match: { id_number: freshNumber() }, fields: { name: '张某某' } });
  for (let step = 0; step < 3; step++) await before.sequencer.step();
  await before.close();
  const gateway = await testGateway({ people: true, folder, authorization: 'iam' });
  const keys = readFileSync(join(folder, 'roles', 'audit-office.env'), 'utf8')
    .trim()
    .split('\n');
  await end(relay);
  relay = await relayTo(
    gateway.url,
    ['--iam', 'local', '--as', 'audit-office'],
    Object.fromEntries(keys.map((line) => line.split(/=(.*)/s))),
  );
  expect((await fetch(`${gateway.url}/log/checkpoint`)).status).toBe(401);
  expect(await ask('/log/checkpoint')).toBe(200);
  const tab = await open(ORIGIN);
  await signIn(tab, 'wang.fang');
  await tab.page.goto(`${ORIGIN}/console/#/prove`);
  await tab.page.getByRole('button', { name: 'Verify the log' }).click();
  await tab.page.locator('.state.good').waitFor();
  await tab.page.goto(`${ORIGIN}/console/#/log?kind=intake`);
  await tab.page.locator('.list-row').first().click();
  await tab.page.locator('.proof li').nth(8).waitFor();
  expect(tab.faults).toEqual([]);
  await tab.page.context().close();
  const other = await open(ORIGIN);
  await other.page.locator('.button.main').click();
  await other.page.locator('button[value="zhao.min"]').click();
  await other.page.getByText('another office', { exact: false }).first().waitFor();
  await other.page.context().close();
  await gateway.close();
  rmSync(folder, { recursive: true });
});
