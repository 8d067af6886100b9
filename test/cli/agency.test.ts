/** Onboarding as an office and a steward do it, each with the command line. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { fieldgate, logInAt, putAgency } from './run.ts';

const folder = sharedFolder();
const gateway = await fileGateway();
logInAt(folder, gateway);
putAgency(folder, gateway.agency('steward-office'));

const run = (...args: string[]) => fieldgate(folder, args);
const steward = (officer: string, ...args: string[]) =>
  run('agency', ...args, '--as', 'steward-office', '--officer', officer, '--reason', 'test', '--json');

test('an agency makes keys, is registered, calls, rotates, and is stopped', { timeout: 60_000 }, async () => {
  const init = await run(
    'agency',
    'init',
    '--client-id',
    'new-school',
    '--out',
    'new.json',
    '--url',
    gateway.url,
  );
  expect([init.code, init.stderr]).toEqual([0, '']);
  expect(JSON.parse(init.stdout).keys.map(({ use }: { use: string }) => use)).toEqual(['sig', 'enc']);
  expect(init.stdout).not.toContain('"d"');
  expect(statSync(join(folder, 'new.json')).mode & 0o777).toBe(0o600);
  writeFileSync(join(folder, 'jwks.json'), init.stdout);
  const record = {
    clientId: 'new-school',
    name: { en: 'New school', zh: '新学校' },
    departments: ['EDU'],
    roles: ['county-education'],
    areas: ['990001'],
    purposes: ['S1'],
    actions: ['intake', 'release'],
    trainedUntil: new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10),
  };
  writeFileSync(join(folder, 'record.json'), JSON.stringify(record));
  const unsent = await steward('li.na', 'register', 'record.json', '--jwks', 'new.json');
  expect([unsent.code, unsent.stderr]).toEqual([
    2,
    expect.stringContaining('holds private keys and was not sent'),
  ]);
  const proposed = await steward('li.na', 'register', 'record.json', '--jwks', 'jwks.json');
  expect([proposed.code, proposed.json().state]).toEqual([4, 'pending']);
  const waiting = await run('agency', 'list', '--as', 'steward-office');
  expect(waiting.stdout).toContain('new-school  registered by li.na (test)');
  expect(waiting.stdout).toContain('+ purposes: null → ["S1"]');
  const second = await run('second', '--as', 'steward-office');
  // It is not registered yet.
  expect(second.stdout).toMatch(/^register new-school {2}/m);
  expect(second.stdout).toContain(`fieldgate agency confirm new-school ${proposed.json().receipt.entry}`);
  const registered = await steward('chen.jie', 'confirm', 'new-school', proposed.json().receipt.entry);
  expect([registered.code, registered.stderr]).toEqual([0, '']);
  expect(registered.json().clientId).toBe('new-school');
  const list = await run('agency', 'list', '--as', 'steward-office');
  expect(list.stdout).toMatch(/^client id +name +actions/);
  expect(list.stdout).toMatch(/^new-school +New school +intake, release/m);
  const names = list.stdout
    .split('\n')
    .slice(1)
    .map((line) => line.split(' ')[0] ?? '');
  expect(names.filter(Boolean)).toEqual(names.filter(Boolean).toSorted());

  const own = ['--agency-file', 'new.json', '--json'];
  const before = await run('whoami', ...own);
  const rotated = await run('agency', 'rotate', ...own);
  expect([rotated.code, rotated.stderr]).toEqual([0, '']);
  const after = await run('whoami', ...own);
  expect(after.json().keys).toHaveLength(2);
  expect(after.json().keys[0].kid).not.toBe(before.json().keys[0].kid);
  expect(JSON.parse(readFileSync(join(folder, 'new.json'), 'utf8')).sig.kid).toBe(after.json().keys[0].kid);

  writeFileSync(join(folder, 'record.json'), JSON.stringify({ ...record, areas: ['990002'] }));
  const wider = (await steward('li.na', 'change', 'record.json')).json();
  expect(wider.state).toBe('pending');
  expect((await steward('chen.jie', 'change', 'record.json')).code).toBe(1);
  const confirmed = await steward('chen.jie', 'confirm', 'new-school', wider.receipt.entry);
  expect(confirmed.json().areas).toEqual(['990002']);
  putAgency(folder, gateway.agency('audit-office'));
  const history = await run('agency', 'history', 'new-school', '--as', 'audit-office');
  expect(history.stdout).toMatch(/WIDENED {2}changed {2}chen\.jie \(test\)/);
  expect(history.stdout).toContain('+ areas: ["990001"] → ["990002"]');
  const limits = await run('whoami', '--agency-file', 'new.json', '--officer', 'zhang.wei');
  expect(limits.stdout).toMatch(/^areas +990002$/m);
  expect(limits.stdout).toMatch(/^requests, agency +\d+ of 10000 left$/m);
  expect(limits.stdout).toMatch(/^requests, officer +\d+ of 6000 left$/m);
  expect(limits.stdout).toMatch(/^people, .* +(\d+) of \1 left$/m);
  expect(limits.stdout).toMatch(/^clock skew +-?\d/m);

  expect((await steward('li.na', 'suspend', 'new-school')).code).toBe(0);
  expect(await run('whoami', ...own)).toMatchObject({ code: 1 });
});

test('a rotation without an answer is ended by the next', async () => {
  putAgency(folder, gateway.agency('court-county'));
  const file = join(folder, '.fieldgate', 'agencies', 'court-county.json');
  const old = readFileSync(file, 'utf8').replace('{', '{ "clientCert": "office.pem",');
  writeFileSync(file, old);
  const rotate = () => run('agency', 'rotate', '--as', 'court-county');
  expect((await rotate()).code).toBe(0);
  // What else the file names stays.
  expect(JSON.parse(readFileSync(file, 'utf8')).clientCert).toBe('office.pem');
  // As if the process had ended before it took the new file for the old one.
  writeFileSync(`${file}.next`, readFileSync(file, 'utf8'));
  writeFileSync(file, old);
  expect((await rotate()).stdout).toContain('in force');
  expect((await run('whoami', '--as', 'court-county')).code).toBe(0);
  // As if it had ended before the gateway heard of them.
  writeFileSync(`${file}.next`, old.replace(/"kid": *"[^"]*"/, '"kid": "never-sent"'));
  expect(await rotate()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^keys +sig /m) });
});

test('a new agency is added by its kind of office, up to its first call', { timeout: 60_000 }, async () => {
  const what = [
    '--area',
    '990001',
    '--name',
    '第三小学',
    '--institution',
    '第三小学',
    '--trained-until',
    '2027-05-31',
  ];
  const unknown = await steward('li.na', 'add', 'third', '--kind', 'scool', ...what);
  expect([unknown.code, unknown.stdout + unknown.stderr]).toEqual([2, expect.stringContaining('school')]);
  const asked = await steward('li.na', 'add', 'third', ...what);
  expect([asked.code, asked.stdout + asked.stderr]).toEqual([2, expect.stringContaining('--kind')]);
  const added = (await steward('li.na', 'add', 'third', '--kind', 'school', ...what)).json();
  expect(added.state).toBe('pending');
  // The same command finds the keys that it made.
  const again = (await steward('li.na', 'add', 'third', '--kind', 'school', ...what)).json();
  expect(again.keyFile).toBe(added.keyFile);
  expect(statSync(join(folder, added.keyFile)).mode & 0o777).toBe(0o600);
  expect((await steward('chen.jie', 'confirm', 'third', again.receipt.entry)).code).toBe(0);
  const first = (await run('whoami', '--as', 'third', '--json')).json();
  expect(first).toMatchObject({ departments: ['EDU'], roles: ['school'], purposes: ['S1'] });
  expect(first.actions.toSorted()).toEqual(['casework', 'release']);
  const leaked = await steward(
    'li.na',
    'add',
    'fourth',
    '--kind',
    'school',
    ...what,
    '--jwks',
    added.keyFile,
  );
  expect(leaked.code).toBe(2);
});

test('keys that are lost take two stewards', async () => {
  await run('agency', 'init', '--client-id', 'mps-county', '--out', 'mps.json', '--url', gateway.url).then(
    (init) => writeFileSync(join(folder, 'mps-jwks.json'), init.stdout),
  );
  const rekey = (officer: string) => steward(officer, 'rekey', 'mps-county', '--jwks', 'mps-jwks.json');
  const { state, receipt } = (await rekey('li.na')).json();
  expect(state).toBe('pending');
  expect((await rekey('li.na')).code).toBe(4);
  expect((await steward('wang.fang', 'confirm', 'mps-county', receipt.entry)).code).toBe(0);
  expect((await run('whoami', '--agency-file', 'mps.json')).code).toBe(0);
});

test('a key file is never written over', async () => {
  const again = await run('agency', 'init', '--client-id', 'x', '--out', 'record.json');
  expect(again).toMatchObject({ code: 2 });
});
