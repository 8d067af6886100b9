/** The auditor's morning: one screen, its exit code, and what takes alerts from it. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { acts, entriesOf, folded } from '../../infra/cli/log/log.ts';
import type { Fieldgate } from '../../shared/client/connect.ts';
import type { LogEntry } from '../../shared/client/wire/types.ts';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { fieldgate, logInAt, putAgency, putLogin } from './run.ts';

const ID = '99000120130506001X';
const folder = sharedFolder();
const gateway = await fileGateway();
const audit = (...args: string[]) => fieldgate(folder, [...args, '--as', 'audit-office']);

beforeAll(async () => {
  putAgency(folder, gateway.agency('audit-office'));
  // Elsewhere: a command that names no officer would end the login of its folder.
  const login = join(folder, 'login');
  logInAt(login, gateway);
  await putLogin(login, 'audit-office', 'wang.fang');
  cpSync(join(login, '.fieldgate', 'login.json'), join(folder, '.fieldgate', 'login.json'));
  await gateway.put('mca-county', {
    match: { id_number: ID },
    fields: { name: '测试甲', birth_date: '2013-05-06', division_code: '990001001001' },
  });
  const body = { collection: 'children', subjects: [{ match: { id_number: ID } }], fields: ['name'] };
  const details = { actions: ['release'], case: 'EDU-1', officer: 'li.na', reason: 'winter subsidy' };
  for (const purpose of ['S1', 'PX3'])
    await gateway.call('edu-county', { ...details, purpose }, 'POST', '/v1/releases', body);
  await gateway.sequencer.step();
});

test('today ends with 1 while a grave alert is open, and with 0 once it is acknowledged', {
  timeout: 60_000,
}, async () => {
  const before = await audit('today');
  expect(before.code).toBe(1);
  expect(before.stdout).toMatch(/high +Prohibited use requested +1 +edu-county +li\.na/);
  expect(before.stdout).toMatch(/unusual: \d+ groups/);
  expect(before.stdout).toMatch(/\d+ entries of the log read now/);

  const { alerts } = (await audit('today', '--no-check', '--json')).json();
  const ids = alerts.flatMap(({ id }: { id: string }) => ['--ack', id]);
  const done = await audit('log', 'alerts', ...ids, '--note', 'the office was called');
  expect([done.code, done.stdout]).toEqual([0, `${alerts.length} acknowledged.\n`]);
  expect((await audit('today')).code).toBe(0);
  const { entries } = await gateway.audit('/v1/log/entries?kind=review');
  expect(entries[0].words.reason).toBe('the office was called');
});

test('a change of rights names the office or the officer whom it concerns', async () => {
  const target = { agency: 'edu-county', officer: 'li.na' };
  const why = { officer: 'wang.fang', reason: 'as asked' };
  await gateway.call('audit-office', { actions: ['audit'] }, 'POST', '/v1/freezes', { target, ...why });
  await gateway.sequencer.step();
  const { stdout } = await audit('today', '--no-check');
  expect(stdout).toMatch(/freeze +frozen +officer edu-county li\.na +audit-office/);
});

test('the list of the log names officer and case, and folds what a decision completed', async () => {
  const { stdout } = await audit('log');
  expect(stdout).toMatch(/decision +edu-county +li\.na +EDU-1 +S1 School support +released/);
  expect(stdout).not.toMatch(/^\S+ \S+ +(writer|attempt)/m);
  expect((await audit('log', '--all', '--limit', '99')).stdout).toMatch(/^\S+ \S+ +attempt/m);
});

test('an attempt without a decision is shown, and one of several readings in a row', async () => {
  const entry = (id: string, kind: string, more = {}) => ({ id, kind, ...more }) as LogEntry;
  async function* entries() {
    yield* [entry('d', 'decision', { attempt: 'a' }), entry('b', 'attempt'), entry('a', 'attempt')];
    yield* [entry('r', 'reading'), entry('s', 'reading'), entry('t', 'reading', { about: 'd' })];
    yield* [
      entry('w', 'watch', { words: { finding: '[]' } }),
      entry('v', 'watch', { words: { finding: '[1]' } }),
    ];
  }
  const shown: string[] = [];
  for await (const { id } of acts(entries())) shown.push(id);
  expect(shown).toEqual(['d', 'b', 'r', 't', 'v']);
});

test('a pass of maintenance and the intake of a table are one row each, with how many entries they are', async () => {
  const by = (agency: string) => ({ handler: { departments: [], agency } });
  async function* entries() {
    for (const id of ['a', 'b', 'c']) yield { id, kind: 'attempt', code: 'RETENTION', ...by('fieldgate') };
    for (const id of ['d', 'e']) yield { id, kind: 'intake', outcome: 'created', ...by('edu-county') };
    yield { id: 'f', kind: 'intake', outcome: 'created', ...by('mca-county') };
    for (const id of ['g', 'h']) yield { id, kind: 'attempt', ...by('edu-county') };
    for (const id of ['i', 'j']) yield { id, kind: 'attempt', code: 'COHORTS', ...by('steward-office') };
    for (const id of ['k', 'l']) yield { id, kind: 'attempt', code: 'X', purpose: 'S1', ...by('edu-county') };
  }
  const shown: unknown[] = [];
  for await (const { id, count } of acts(entries() as unknown as AsyncIterable<LogEntry>))
    shown.push([id, count]);
  expect(shown).toEqual([
    ['a', 3],
    ['d', 2],
    ['f', undefined],
    ['g', undefined],
    ['h', undefined],
    ['i', 2],
    ['k', undefined],
    ['l', undefined],
  ]);
});

test('a large intake is read in part, and each page counts as a reading that a watch does not take for news', async () => {
  const office = { handler: { departments: [], agency: 'edu-county' } };
  const intake = { kind: 'intake', outcome: 'created', ...office };
  let asked = 0;
  const call = async () => {
    asked += 1;
    const entries = Array.from({ length: 10 }, (_, i) => ({ id: `${asked}-${i}`, ...intake }));
    return { entries, ...(asked < 1000 && { cursor: String(asked) }) };
  };
  let readings = 0;
  const found = entriesOf({ call } as unknown as Fieldgate, {}, () => {
    readings += 1;
  });
  const { items, more } = await folded(found, 20, 100);
  expect(items).toEqual([{ id: '1-0', count: 100, ...intake }]);
  expect([more, readings, asked]).toEqual([true, 11, 11]);
});

test.each([
  [['log', '--kind', 'agncy'], 'the nearest is agency'],
  [['log', '--outcome', 'release'], 'the nearest is released'],
  [['log', '--agency', 'edu-conty'], 'the nearest is edu-county'],
  [['log', '--purpose', 's1'], 'the nearest is S1'],
  [['log', 'alerts', '--agency', 'edu-conty'], 'the nearest is edu-county'],
  [['log', 'alerts', '--severity', 'hig'], 'the nearest is high'],
  [['log', 'alerts', '--note', 'why'], '--ack'],
  [['log', '--from', '2026-11-25', '--to', '2026-11-20'], '--from must be before --to'],
  [['log', 'stats', '--agency', 'edu-conty'], 'the nearest is edu-county'],
  [['log', 'stats', '--kind', 'agncy'], 'the nearest is agency'],
  [['log', 'stats', '--by', 'officr'], 'purpose, agency, officer'],
  [['log', '--agency', 'edu-county', 'stats'], 'too many arguments'],
])('%j: an unknown name is a fault of use that names the nearest', async (args, said) => {
  const { code, stdout, stderr } = await audit(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(said);
});

test('fields are counted as they were released, with their share', async () => {
  const { code, stdout } = await audit('log', 'stats', '--by', 'field');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/ Name \(name\) +1 +100 %\n$/)]);
  const stored = await audit('log', 'stats', '--by', 'field', '--kind', 'intake');
  expect(stored.stdout).toMatch(/\(id_number\) +1 /);
});
