/** The log as lines for a SIEM: each entry once, oldest first, also over several runs and while it grows. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { ocsfFaults } from '../audit/ocsf-schema.ts';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { fieldgate, putAgency } from './run.ts';

const ID = '99000120130506001X';
const folder = sharedFolder();
const gateway = await fileGateway();
const release = () =>
  gateway.call(
    'edu-county',
    { actions: ['release'], purpose: 'S1', case: 'EDU-1', officer: 'li.na', reason: 'winter subsidy' },
    'POST',
    '/v1/releases',
    { collection: 'children', subjects: [{ match: { id_number: ID } }], fields: ['name'] },
  );
const run = (...args: string[]) => fieldgate(folder, ['log', 'export', ...args, '--as', 'audit-office']);
const linesOf = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const inFile = (name: string) => linesOf(readFileSync(join(folder, name), 'utf8'));

beforeAll(async () => {
  putAgency(folder, gateway.agency('audit-office'));
  await gateway.put('mca-county', {
    match: { id_number: ID },
    fields: { name: '测试甲', birth_date: '2013-05-06', division_code: '990001001001' },
  });
  await release();
});

test('a later run adds only what is new, and no entry twice', async () => {
  const first = await run('--since', 'place', '--out', 'lines');
  expect(first.code).toBe(0);
  const before = inFile('lines');
  expect(before.map(({ kind }) => kind)).toContain('decision');
  expect(before.map(({ time }) => time)).toEqual(before.map(({ time }) => time).sort());
  await release();
  await run('--since', 'place', '--out', 'lines');
  const ids = inFile('lines').map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(before.length);
  expect(new Set(ids).size).toBe(ids.length);
  const decisions = inFile('lines').filter(({ kind }) => kind === 'decision');
  expect(decisions).toHaveLength(2);
});

test('events are valid by the definition of OCSF', async () => {
  const { stdout } = await run('--format', 'ocsf');
  const events = linesOf(stdout);
  expect(events.length).toBeGreaterThan(3);
  expect(events.flatMap(ocsfFaults)).toEqual([]);
});

test('a format that does not exist, and a file that is no place, are faults of use', async () => {
  expect((await run('--format', 'cef')).code).toBe(2);
  writeFileSync(join(folder, 'other'), '{"from":1}');
  const { code, stderr } = await run('--since', 'other');
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('other is not a file that an earlier run wrote'),
  ]);
});

test('--follow writes an entry that is made later, and none for its own looks', {
  timeout: 60_000,
}, async () => {
  await gateway.sequencer.step();
  const args = ['log', 'export', '--follow', '--as', 'audit-office'];
  const child = spawn(process.execPath, [resolve('infra/cli/fieldgate.ts'), ...args], { cwd: folder });
  let text = '';
  child.stdout.on('data', (bytes) => {
    text += bytes;
  });
  const decisions = () => text.split('"kind":"decision"').length - 1;
  await expect.poll(decisions, { timeout: 15_000 }).toBe(2);
  await release();
  await gateway.sequencer.step();
  await expect.poll(decisions, { timeout: 30_000 }).toBe(3);
  // Its last look, and what it saw then, are in the tree; it looks each five seconds.
  const readings = () => text.split('"kind":"reading"').length;
  const seen: number[] = [];
  for (let look = 0; look < 4; look++) {
    await gateway.sequencer.step();
    await wait(6000);
    seen.push(readings());
  }
  expect(seen[3]).toBe(seen[1]);
  child.kill();
});
