/** What a gateway proposes after the tab key: what is open to the office, and ids of what waits for it. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { fieldgate, logInAt, putAgency } from './run.ts';

const gateway = await fileGateway();
const folder = sharedFolder();
logInAt(folder, gateway);
for (const office of ['edu-county', 'charity-sunrise', 'mca-county'])
  putAgency(folder, gateway.agency(office));

async function proposed(...words: string[]): Promise<string[][]> {
  const run = await fieldgate(folder, ['completion', 'fish', '--', ...words]);
  expect([run.code, run.stderr]).toEqual([0, '']);
  return run.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}

it('purposes, fields and programmes come with their words, in the language of the shell', async () => {
  const at = ['--url', gateway.url];
  expect(await proposed(...at, 'release', '--as', 'edu-county', '--purpose', '')).toEqual([
    ['S1', 'School support'],
  ]);
  const fields = await proposed(...at, 'release', '--as', 'edu-county', '--field', '');
  expect(fields).toContainEqual(['school_name', 'School']);
  const programmes = await proposed(...at, 'verify', '--as', 'charity-sunrise', '--programme', '');
  expect(programmes.map(([name]) => name)).toContain('spring-bud');
  const { stdout } = await fieldgate(
    folder,
    ['completion', 'fish', '--', ...at, 'release', '--as', 'edu-county', '--purpose', ''],
    { env: { FIELDGATE_LANG: 'zh' } },
  );
  expect(stdout).toBe('S1\t就学支持\n');
});

it('ids are of the list that the command is about, and only their owner reads what is kept', async () => {
  const officer = { actions: ['casework'], officer: 'zhao.min', reason: 'review' };
  const subjects = [{ match: { id_number: '990001201405060017' } }];
  const body = { purpose: 'W1', subjects, case: 'W-1', officers: ['zhao.min'] };
  const opened = await gateway.call('mca-county', officer, 'POST', '/v1/cases', body);
  expect(opened.status, opened.text).toBeLessThan(300);
  const words = ['--url', gateway.url, '--as', 'mca-county', 'case', 'show', ''];
  expect(await proposed(...words)).toEqual([[expect.stringMatching(/^mca-county\./), 'W1 W-1']]);
  expect(statSync(join(folder, '.fieldgate', 'proposals.json')).mode & 0o777).toBe(0o600);
});

it('a gateway that does not answer proposes nothing and says nothing', async () => {
  expect(
    await proposed('--url', 'http://127.0.0.1:1', 'release', '--as', 'edu-county', '--purpose', ''),
  ).toEqual([]);
});
