/** A list that the gateway works off while the caller's machine may be off: submitted, looked at, collected. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { asClientId } from '../../shared/ids.ts';
import { shareOf } from '../../shared/policy/pack/parts.ts';
import { pathOf, startOf } from '../../shared/records/list-files.ts';
import { children as pack } from '../policy/support.ts';
import { sharedFolder } from '../support/folder.ts';
import { freshNumber } from '../support/people.ts';
import { beneficiaries } from '../verify/beneficiaries.ts';
import { fileWorld, verify } from '../verify/world.ts';
import { fieldgate, logInAt, putAgency } from './run.ts';

const WHY = ['--case', 'CHA-2026-001', '--officer', 'li.na', '--reason', 'yearly re-check of all'];
const AS = ['--as', 'charity-sunrise', ...WHY];
const folder = sharedFolder();
const state = sharedFolder();
const world = await fileWorld({ folder: state });
logInAt(folder, world.gateway);
putAgency(folder, world.gateway.agency('charity-sunrise'));

const path = (name: string) => join(folder, name);
const list = (file: string, out: string, ...more: string[]) =>
  fieldgate(folder, ['verify', 'list', file, ...AS, '--out', out, ...more]);
const submitted = (out: string) => JSON.parse(readFileSync(path(`${out}/submitted.json`), 'utf8'));

const atRest = () =>
  readdirSync(join(state, 'lists'), { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map(({ name }) => name);

/** What the gateway does by itself, in one process. */
async function workOff(out: string): Promise<void> {
  const { lists } = world.gateway.verifier;
  const marker = startOf(pathOf(asClientId('charity-sunrise'), submitted(out).id));
  for (const lane of await lists.lanes(marker, 2)) while ((await lists.work(lane, () => true)).again);
}

it('is submitted, goes on without the caller, and is collected into the same result as any list', async () => {
  const people = await beneficiaries(world, 55);
  const ids = [...people.map(({ id }) => id), freshNumber(), '123'];
  writeFileSync(path('a.csv'), `name,id_number\r\n${ids.map((id) => `某,${id}\r\n`).join('')}`);
  const options = ['--programme', 'warm-home'];

  const none = await list('a.csv', 'a', ...options, '--collect');
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('--submit')]);
  const sent = await list('a.csv', 'a', ...options, '--submit');
  expect([sent.code, sent.stderr]).toEqual([4, '']);
  expect(sent.stdout).toContain('57 rows: 0 percent');
  const early = await list('a.csv', 'a', ...options, '--collect', '--json');
  expect([early.code, early.json()]).toEqual([4, expect.objectContaining({ state: 'open', open: 57 })]);
  // The answer was lost, and the officer submits it again: it is the same list.
  const { id } = submitted('a');
  expect((await list('a.csv', 'a', ...options, '--submit')).code).toBe(4);
  expect(submitted('a').id).toBe(id);

  await workOff('a');
  const done = await list('a.csv', 'a', ...options, '--collect', '--json');
  expect(done.json()).toMatchObject({ state: 'done', asked: 57, eligible: 55, open: 0 });
  expect(done.json().notConfirmed).toEqual([57]);
  expect(done.json().invalid).toEqual([58]);
  expect(existsSync(path('a/submitted.json'))).toBe(false);
  const rows = readFileSync(path('a/result.csv'), 'utf8').trim().split('\r\n');
  expect(rows[1]).toMatch(/YES.*proofs\//);
  expect(rows.at(-1)).toContain('INVALID_REQUEST');
  const [, first] = readFileSync(path('a/journal.ndjson'), 'utf8').trim().split('\n');
  const { proof } = JSON.parse(first as string).answer;
  const checked = await fieldgate(folder, ['attest', 'verify', `a/${proof}`, '--issuer', world.gateway.url]);
  expect([checked.code, checked.stderr]).toEqual([0, '']);
  // Nothing is left to ask, here or at the gateway.
  expect(await list('a.csv', 'a', ...options, '--submit')).toMatchObject({ code: 0, stdout: '' });
  const again = await list('a.csv', 'a', ...options, '--collect', '--json');
  expect([again.code, again.json()]).toEqual([
    done.code,
    expect.objectContaining({ asked: 57, invalid: [58] }),
  ]);
}, 60_000);

it('is not checked a second time from here, and one that the gateway has deleted can be submitted again', async () => {
  writeFileSync(path('c.csv'), `id_number\r\n${freshNumber()}\r\n`);
  const options = ['--programme', 'warm-home'];
  expect((await list('c.csv', 'c', ...options, '--submit')).code).toBe(4);
  const both = await list('c.csv', 'c', ...options);
  expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('--collect')]);
  expect((await list('c.csv', 'c', ...options, '--submit', '--collect')).code).toBe(2);
  await world.call('charity-sunrise', verify(), 'DELETE', `/v1/lists/${submitted('c').id}`);
  const gone = await list('c.csv', 'c', ...options, '--collect');
  expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining('--submit')]);
  const direct = await list('c.csv', 'c', ...options, '--json');
  expect(direct.json()).toMatchObject({ asked: 1, open: 0 });
}, 60_000);

it('that was stopped keeps what was checked, and the rest is for another day', async () => {
  const { budgets } = world.programme('spring-bud');
  const ids = Array.from({ length: 60 }, () => freshNumber());
  writeFileSync(path('b.csv'), `id_number\r\n${ids.join('\r\n')}\r\n`);
  const options = ['--programme', 'spring-bud'];
  expect((await list('b.csv', 'b', ...options, '--submit')).code).toBe(4);
  await workOff('b');
  const stopped = await list('b.csv', 'b', ...options, '--collect', '--lang', 'zh');
  expect(stopped.stdout).toContain('BUDGET_SPENT');
  // One person who has logged in spends a share.
  expect(readFileSync(path('b/result.csv'), 'utf8').match(/NOT_CONFIRMED/g)).toHaveLength(
    shareOf(pack, budgets.misses.stop),
  );
  const next = await list('b.csv', 'b', ...options, '--submit');
  expect([next.code, next.stderr]).toEqual([expect.any(Number), expect.stringContaining('BUDGET_SPENT')]);
  expect(next.code).not.toBe(0);
  // Nothing of a refused list is left, here or at the gateway.
  expect(existsSync(path('b/submitted.json'))).toBe(false);
  expect(atRest()).toEqual([]);
}, 60_000);
