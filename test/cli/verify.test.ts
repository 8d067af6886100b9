/** Verification and its proofs at the command line, for a charity and for any verifier. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sharedFolder } from '../support/folder.ts';
import { freshNumber } from '../support/people.ts';
import { fileWorld } from '../verify/world.ts';
import { fieldgate, logInAt, putAgency } from './run.ts';

const WHY = ['--case', 'CHA-2026-001', '--officer', 'li.na', '--reason', 'school grant, spring term'];

const folder = sharedFolder();
const world = await fileWorld();
logInAt(folder, world.gateway);
for (const one of ['charity-sunrise', 'mca-county', 'platform-lantern'])
  putAgency(folder, world.gateway.agency(one));
const child = await world.ready();

const run = (...args: string[]) => fieldgate(folder, args);
const verify = (id: string, ...more: string[]) =>
  run('verify', '--as', 'charity-sunrise', '--programme', 'spring-bud', ...WHY, '--id-number', id, ...more);
/** Any verifier: without an agency's keys. */
const check = (...args: string[]) => run('attest', 'verify', ...args, '--issuer', world.gateway.url);

test('a charity checks, keeps the proof, and anyone can check the proof', async () => {
  const asked = await verify(child.id, '--out', 'proof.txt');
  expect([asked.code, asked.stderr]).toEqual([0, '']);
  expect(asked.stdout).toContain('Eligible');
  expect(asked.stdout).not.toContain(child.id);
  const checked = await check('proof.txt', '--programme', 'spring-bud');
  expect([checked.code, checked.stderr]).toEqual([0, '']);
  expect(checked.stdout).toContain('charity-sunrise');
  expect((await check('proof.txt', '--programme', 'warm-home')).stdout).toContain('Not valid: CLAIM');
});

test('the proof can be checked without network, with stored keys and status', async () => {
  await verify(child.id, '--out', 'proof.txt');
  const kept = await check('proof.txt', '--keep', 'copies');
  const copies = ['--keys', 'copies/keys.json', '--status-list', 'copies/status.txt'];
  expect(kept.stdout).toContain(copies.join(' '));
  const offline = await check('proof.txt', ...copies, '--json');
  expect([offline.code, offline.json().outcome]).toEqual([0, 'YES']);
  const other = await run(
    'attest',
    'verify',
    'proof.txt',
    '--issuer',
    'https://other.example',
    '--keys',
    'copies/keys.json',
  );
  expect([other.code, other.stdout]).toEqual([1, expect.stringContaining('Not valid: CLAIM')]);
});

test('without an issuer the check says whom the proof names, and does not trust it', async () => {
  await verify(child.id, '--out', 'proof.txt');
  const run = await fieldgate(sharedFolder(), ['attest', 'verify', join(folder, 'proof.txt')]);
  expect([run.code, run.stdout]).toEqual([2, '']);
  expect(run.stderr).toContain(`this one says that ${world.gateway.url} issued it`);
});

test('a changed proof is refused, and an unknown child is not confirmed', async () => {
  await verify(child.id, '--out', 'proof.txt');
  const text = readFileSync(join(folder, 'proof.txt'), 'utf8');
  const at = text.indexOf('.') + 30;
  writeFileSync(
    join(folder, 'bad.txt'),
    text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1),
  );
  const bad = await check('bad.txt', '--json');
  expect([bad.code, bad.json().valid]).toEqual([1, false]);
  const unknown = await verify(freshNumber(), '--json');
  expect([unknown.code, unknown.json().outcome]).toEqual([0, 'NOT_CONFIRMED']);
});

test('it lists programmes, and names the missing option', async () => {
  const list = await run('programmes', '--as', 'charity-sunrise', '--json');
  expect(list.json().map(({ name }: { name: string }) => name)).toContain('spring-bud');
  // What is left today stands with those that it may check; a desk, which checks none, reads all of them.
  const own = await run('programmes', '--as', 'charity-sunrise');
  expect(own.stdout).toMatch(/^spring-bud .* checks left \d+, misses left \d+ /m);
  expect(own.stdout).not.toContain('help-page-check');
  const all = await run('programmes', '--as', 'mca-county');
  expect([all.code, all.stdout]).toEqual([0, expect.stringContaining('help-page-check')]);
  const near = await run(
    'verify',
    '--as',
    'charity-sunrise',
    '--programme',
    'spring-bad',
    ...WHY,
    '--ref',
    'A',
  );
  expect(near.stderr).toContain('the nearest is spring-bud');
  const nobody = await run('verify', '--as', 'charity-sunrise', '--programme', 'spring-bud', ...WHY);
  expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('--code')]);
  expect((await check('none.txt')).code).toBe(2);
});

test('a desk makes a code, by which a platform checks once, if the consent is there', async () => {
  const by = ['--officer', 'zhao.min', '--reason', 'appeal of the guardian'];
  const ask = ['--programme', 'help-page-check', ...by];
  const desk = [
    'check-code',
    '--as',
    'mca-county',
    '--recipient',
    'platform-lantern',
    '--id-number',
    child.id,
  ];
  const early = await run(...desk, ...ask);
  expect([early.code, early.stdout]).toEqual([1, '']);
  expect(early.stderr).toContain('NO_CONSENT');
  expect(early.stderr).toContain(
    'consent give … --purpose C2 --to platform-lantern --field birth_date,hardship_category,illness --giver …',
  );
  expect(JSON.parse((await run(...desk, ...ask, '--json')).stderr).error.code).toBe('NO_CONSENT');
  await world.consent(child, 'platform-lantern', { purpose: 'C2' });
  const made = await run(...desk, ...ask, '--json');
  expect([made.code, made.stderr]).toEqual([0, '']);
  const shown = (await run(...desk, ...ask)).stdout;
  expect(shown).toMatch(/^code +(\w{4}-?){3}\nexpires +\d/);
  expect(shown).toMatch(/^givers +guardian\nMake sure/m);
  const use = ['verify', '--as', 'platform-lantern', '--purpose', 'C2', ...ask, '--code', made.json().code];
  expect((await run(...use)).stdout).toContain('Eligible');
  expect((await run(...use)).stdout).toMatch(
    /Not confirmed[\s\S]*watermark[\s\S]*One answer for many causes/,
  );
  const other = await run(...desk, '--programme', 'spring-bud', ...by);
  expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('INVALID_REQUEST')]);
});
