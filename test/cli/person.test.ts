/** A person whose number an office has: who looked at it, and acts that take a reference. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { idNumber } from '../../infra/local/sample/id-number.ts';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { fieldgate, logInAt, putAgency, putLogin } from './run.ts';

const [ID, OTHER, NOBODY] = [1, 3, 5].map((n) => idNumber('990001', '2013-05-06', n, '1')) as [
  string,
  string,
  string,
];
const folder = sharedFolder();
const gateway = await fileGateway();
const WHY = ['--officer', 'wang.fang', '--reason', 'a complaint'];
const as = (agency: string, ...args: string[]) => fieldgate(folder, [...args, '--as', agency]);

/** A folder in which the login of a person stays. */
const reader = join(folder, 'reader');

beforeAll(async () => {
  logInAt(folder, gateway);
  putAgency(reader, gateway.agency('audit-office'));
  for (const one of ['audit-office', 'desk-county', 'finance-county', 'steward-office'])
    putAgency(folder, gateway.agency(one));
  for (const id_number of [ID, OTHER])
    await gateway.put('mca-county', {
      match: { id_number },
      fields: { name: '测试甲', birth_date: '2013-05-06', division_code: '990001001001' },
    });
  for (const [id_number, officer] of [
    [ID, 'zhang.wei'],
    [OTHER, 'li.na'],
  ] as const)
    await gateway.call(
      'edu-county',
      { actions: ['release'], purpose: 'S1', case: 'EDU-1', officer, reason: 'winter subsidy' },
      'POST',
      '/v1/releases',
      { collection: 'children', subjects: [{ match: { id_number } }], fields: ['name'] },
    );
});

test('an auditor sees who looked at this child, and the look-up is an entry of its own', async () => {
  // The auditor has logged in as herself; --officer is of the entries.
  await putLogin(folder, 'audit-office', 'wang.fang');
  cpSync(join(folder, '.fieldgate', 'login.json'), join(reader, '.fieldgate', 'login.json'));
  const args = ['--id-number', ID, '--reason', 'a complaint', '--officer', 'zhang.wei'];
  const entries = (await fieldgate(reader, ['log', ...args, '--as', 'audit-office', '--json'])).json();
  expect(entries.map(({ kind }: { kind: string }) => kind)).toContain('decision');
  expect(new Set(entries.map(({ words }: { words: { officer: string } }) => words.officer))).toEqual(
    new Set(['zhang.wei']),
  );
  const { entries: readings } = await gateway.audit('/v1/log/entries?kind=reading');
  expect(readings.some(({ words }: { words: { reason?: string } }) => words.reason === 'a complaint')).toBe(
    true,
  );
});

test('--same-as shows the other entries about the person of an entry', async () => {
  const { entries } = await gateway.audit('/v1/log/entries?kind=decision&officer=li.na');
  const { stdout } = await as('audit-office', 'log', '--same-as', entries[0].id);
  expect(stdout).toMatch(/intake +mca-county/);
  expect(stdout).toMatch(/li\.na/);
  expect(stdout).not.toMatch(/zhang\.wei/);
});

test('a desk lists consents by the number on the card', async () => {
  const { code, stdout } = await as('desk-county', 'consent', 'list', '--id-number', ID, ...WHY);
  expect([code, stdout]).toEqual([0, 'Nothing on file.\n']);
  expect((await as('desk-county', 'consent', 'list')).code).toBe(2);
});

test('a steward requests an erasure by number', async () => {
  const { code, stdout, stderr } = await as('steward-office', 'erase', '--id-number', OTHER, ...WHY);
  expect([code, stdout, stderr]).toEqual([4, expect.stringContaining('Requested'), '']);
});

test('a number of no record is refused, and an office that is no desk may not ask', async () => {
  const nobody = await as('desk-county', 'consent', 'list', '--id-number', NOBODY, ...WHY);
  expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining('REFUSED')]);
  const stranger = await as('finance-county', 'consent', 'list', '--id-number', ID, ...WHY);
  expect([stranger.code, stranger.stderr]).toEqual([1, expect.stringContaining('REFUSED')]);
});

test('an option of another command is named, as it is no key by which people are found', async () => {
  const { code, stderr } = await as('audit-office', 'log', '--id-number', ID, '--case', 'A-1', ...WHY);
  expect([code, stderr]).toEqual([1, expect.stringContaining('  --case: no option of this command')]);
});
