/** People at the command line: they log in, each with a folder and a configuration of their own, and act. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { testGateway } from '../support/gateway.ts';
import { browse } from '../support/login.ts';
import { fieldgate, putAgency } from './run.ts';

const folders = new Map<string, string>();
const folderOf = (person: string) => {
  const known = folders.get(person) ?? mkdtempSync(join(tmpdir(), 'fieldgate-'));
  folders.set(person, known);
  return known;
};
const configOf = (person: string) => ({ XDG_CONFIG_HOME: join(folderOf(person), 'config') });
const run = (person: string, ...args: string[]) =>
  fieldgate(folderOf(person), args, { env: configOf(person) });

const gateway = await testGateway({ people: true });
afterAll(async () => {
  for (const folder of folders.values()) rmSync(folder, { recursive: true, force: true });
  await gateway.close();
});

/** Runs `fieldgate login` and plays the person in the browser. */
async function login(person: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const args = [resolve('infra/cli/fieldgate.ts'), 'login', '--url', gateway.url, '--no-browser'];
  const env = { ...process.env, ...configOf(person) };
  const child = spawn(process.execPath, args, { cwd: folderOf(person), env });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  const address = new Promise<URL>((found) => {
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      const url = /http:\/\/\S+\/auth\?\S+(?=\n)/.exec(stderr)?.[0];
      if (url) found(new URL(url));
    });
  });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  await fetch(await browse(await address, person));
  return { code: await ended, stdout, stderr };
}

test("a person logs in, in the browser, and only the owner may read the token's file", async () => {
  const { code, stdout } = await login('li.na');
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining('You are li.na of Office of the policy steward'),
  ]);
  const file = join(folderOf('li.na'), 'config', 'fieldgate', 'login.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const kept = JSON.parse(readFileSync(file, 'utf8'));
  const { accessToken, key } = kept;
  expect(stdout).not.toContain(accessToken);
  expect(stdout).not.toContain(key.d);
  const whoami = await run('li.na', 'whoami', '--json');
  expect(whoami.json()).toMatchObject({ clientId: 'steward-office', person: { actions: ['steward'] } });
  // What is copied without its key is of no use.
  const { key: _, ...copied } = kept;
  writeFileSync(file, JSON.stringify(copied));
  expect((await run('li.na', 'whoami')).stderr).toContain('TOKEN_INVALID');
  writeFileSync(file, JSON.stringify(kept));
});

test('a sample person signs in by name, and acts through the token of the office', async () => {
  const folder = folderOf('zhang.wei');
  putAgency(folder, gateway.agency('edu-county'));
  const signed = await run('zhang.wei', 'login', 'zhang.wei', '--url', gateway.url, '--json');
  expect(signed.json()).toMatchObject({ person: 'zhang.wei', office: 'edu-county' });
  const words = ['--purpose', 'S1', '--case', 'EDU-7', '--reason', 'winter subsidy'];
  const one = ['--id-number', '990001201806240115', '--json'];
  const release = (...more: string[]) =>
    run('zhang.wei', 'release', '--as', 'edu-county', ...words, ...more, ...one);
  await release();
  await release('--officer', 'somebody.else');
  const json = await gateway.audit('/v1/log/entries?agency=edu-county');
  const known = json.entries.map((one: { handler: object; words: object }) => [one.words, one.handler]);
  expect(known).toContainEqual([
    expect.objectContaining({ officer: 'zhang.wei' }),
    expect.objectContaining({ officerBy: 'authenticated' }),
  ]);
  expect(known).toContainEqual([
    expect.objectContaining({ officer: 'somebody.else' }),
    expect.objectContaining({ officerBy: 'claimed' }),
  ]);
  expect((await run('zhang.wei', 'login', 'nobody', '--url', gateway.url)).code).toBe(2);
});

test('logins of several people are kept side by side, and each command uses that of its office', async () => {
  const at = (...args: string[]) => run('both', ...args, '--url', gateway.url);
  putAgency(folderOf('both'), gateway.agency('edu-county'));
  for (const person of ['zhang.wei', 'wang.fang', 'zhao.min']) await at('login', person);
  const actor = async (...args: string[]) => (await run('both', 'whoami', ...args, '--json')).json();
  expect(await actor('--as', 'edu-county')).toMatchObject({ person: { name: 'zhang.wei' } });
  expect(await actor('--as', 'edu-county', '--officer', 'somebody.else')).not.toHaveProperty('person');
  expect(await actor()).toMatchObject({ person: { name: 'zhao.min' } });
  const { people, offices } = (await at('context', 'wang.fang', '--json')).json();
  expect(people.map((one: { person: string }) => one.person).slice(0, 1)).toEqual(['wang.fang']);
  expect(people).toHaveLength(3);
  expect(offices).toEqual([{ office: 'edu-county', gateway: gateway.url }]);
  expect(await actor()).toMatchObject({ person: { name: 'wang.fang' } });
  expect((await run('both', 'context', 'li.na')).code).toBe(2);
  await run('both', 'logout');
  expect(await actor('--as', 'edu-county')).not.toHaveProperty('person');
});

test('two stewards give an agency that lost its keys new ones, and the old ones end', async () => {
  await login('chen.jie');
  const init = await run(
    'li.na',
    'agency',
    'init',
    '--client-id',
    'edu-county',
    '--out',
    'new.json',
    '--url',
    gateway.url,
  );
  for (const person of ['li.na', 'chen.jie']) writeFileSync(join(folderOf(person), 'jwks.json'), init.stdout);
  const rekey = (person: string) =>
    run(
      person,
      'agency',
      'rekey',
      'edu-county',
      '--jwks',
      'jwks.json',
      '--reason',
      'the laptop is gone',
      '--json',
    );
  expect((await rekey('li.na')).json()).toMatchObject({ state: 'pending' });
  const { state, receipt } = (await rekey('li.na')).json();
  expect(state).toBe('pending');
  const confirm = ['agency', 'confirm', 'edu-county', receipt.entry, '--reason', 'as decided'];
  expect((await run('chen.jie', ...confirm)).code).toBe(0);
  const kids = JSON.parse(init.stdout).keys.map(({ kid }: { kid: string }) => kid);
  const shown = await run('li.na', 'agency', 'show', 'edu-county', '--json');
  expect(shown.json()).toMatchObject({
    clientId: 'edu-county',
    keys: [{ kid: kids[0] }, { kid: kids[1] }],
    retiring: [],
  });
  expect((await run('li.na', 'agency', 'show', 'nobody')).stderr).toContain('NOT_FOUND');
  await expect(gateway.token('edu-county', { actions: ['intake'] })).rejects.toThrow('invalid_client');
  expect((await run('li.na', 'whoami', '--agency-file', 'new.json')).code).toBe(0);
});

test('a person is refused an act of another role, with a hint', async () => {
  const log = await run('li.na', 'log');
  expect([log.code, log.stderr]).toEqual([1, expect.stringContaining('ACTION_NOT_GRANTED')]);
});

test('an auditor sees the authenticated person', async () => {
  await login('wang.fang');
  const { code, stdout } = await run('wang.fang', 'log', '--kind', 'agency', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout).data[0]).toMatchObject({
    outcome: 'rekeyed',
    handler: { officerBy: 'authenticated' },
    words: { officer: 'chen.jie' },
  });
});

test('a login is for one gateway only, expires, and can be deleted', async () => {
  const elsewhere = await run('li.na', 'whoami', '--url', 'http://127.0.0.1:1');
  expect([elsewhere.code, elsewhere.stderr]).toEqual([2, expect.stringContaining('not there')]);
  expect((await run('li.na', 'logout')).stdout).toBe('You are logged out.\n');
  expect((await run('li.na', 'whoami')).stderr).toContain('fieldgate login');
});

test('a gateway without people reports it', async () => {
  const own = await testGateway();
  const { code, stderr } = await run('li.na', 'login', '--url', own.url, '--no-browser');
  expect([code, stderr]).toEqual([2, expect.stringContaining('has no logins of people')]);
  await own.close();
});
