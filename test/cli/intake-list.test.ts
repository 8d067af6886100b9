/** An intake from a table: its columns and values are checked before anything is sent, and a cut-off request is stored once. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { fieldgate, logInAt, putAgency } from './run.ts';

const gateway = await fileGateway();
const folder = sharedFolder();
logInAt(folder, gateway);
putAgency(folder, gateway.agency('edu-county'));
const path = (name: string) => join(folder, name);
const intake = (file: string, ...more: string[]) =>
  fieldgate(folder, ['intake', file, '--as', 'edu-county', ...more]);

async function stored(): Promise<number> {
  const query = '/v1/log/entries?limit=500&kind=intake';
  const { json } = await gateway.call('audit-office', { actions: ['audit'] }, 'GET', query);
  return json.entries.length;
}

it.each([
  ['id_number,school_nam\n1,x\n', 'Is school_name meant?'],
  ['id_number,school_name.clas\n1,x\n', 'school_name.clas is no field'],
  ['id_number,birth_date\n1,2013-05-06\n', 'birth_date is of another department'],
  ['id_number\n1\n', 'names no field'],
  ['school_name\nx\n', 'who is meant'],
  ['990001201806250110,x\n990001201806250129,y\n', 'No heading of the table is known'],
  ['local_id,school_name.class,school_name\nS-1,x,y\n', 'Two columns are school_name'],
  ['local_id,schooling_status\nS-1,primery\n,primary\n', 'Nothing was stored: 2 faults in 2 lines'],
])('%j is refused before anything is sent', async (text, words) => {
  const before = await stored();
  writeFileSync(path('a.csv'), text);
  const run = await intake('a.csv');
  expect([run.code, run.stdout, run.stderr]).toEqual([2, '', expect.stringContaining(words)]);
  expect(run.stderr).not.toMatch(/primery|990001/);
  expect(await stored()).toBe(before);
});

it('a table of fields and their members is stored, with a row for each record in the result', async () => {
  const [a, b] = [freshNumber(), freshNumber()];
  const row = (id: string, level: string) => `${id},清河小学,三年级2班,${level}\n`;
  const head = 'id_number,school_name.school,school_name.class,schooling_status\n';
  writeFileSync(path('b.csv'), head + row(a, 'primary') + row(b, ''));
  const run = await intake('b.csv', '--out', 'b-out.ndjson', '--json');
  expect([run.code, run.json()]).toMatchObject([0, { created: 2, updated: 0, failed: 0 }]);
  expect(run.json().results.map(({ written }: { written: string[] }) => written.toSorted())).toEqual([
    ['school_name', 'schooling_status'],
    ['school_name'],
  ]);
  const result = readFileSync(path('b-out.ndjson'), 'utf8');
  expect(JSON.parse(result.split('\n')[0] ?? '')).toMatchObject({ row: 2, outcome: 'CREATED', version: '1' });
  expect(result).not.toMatch(/清河|990001/);
  // A grown list stores what is new alone; a value that is changed and changed back is stored both times.
  const before = await stored();
  const back = row(a, 'primary') + row(b, '') + row(a, 'junior') + row(a, 'primary') + row(a, 'primary');
  writeFileSync(path('b.csv'), head + back);
  const refused = await intake('b.csv', '--out', 'b-out.ndjson');
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringMatching(/line 4 {2}schooling_status {2}differs from line 2/),
  ]);
  expect(await stored()).toBe(before);
  const grown = await intake('b.csv', '--out', 'b-out.ndjson', '--batch', '1', '--last-wins');
  expect([grown.code, await stored()]).toEqual([0, before + 2]);
}, 60_000);

it('without a result it leaves nothing, and stores the same file again', async () => {
  writeFileSync(path('c.csv'), `id_number,school_name\n${freshNumber()},一小\n`);
  const before = await stored();
  expect((await intake('c.csv')).code).toBe(0);
  expect((await intake('c.csv')).code).toBe(0);
  expect(await stored()).toBe(before + 2);
  expect(existsSync(path('.fieldgate/lists')) ? readdirSync(path('.fieldgate/lists')) : []).toEqual([]);
}, 60_000);

it('a request that was cut off is sent again under its name, and stored once', async () => {
  const ids = [freshNumber(), freshNumber(), freshNumber()];
  writeFileSync(path('d.csv'), `id_number,school_name\n${ids.map((id) => `${id},一小\n`).join('')}`);
  expect((await intake('d.csv', '--out', 'd')).code).toBe(0);
  const before = await stored();
  // As if it had died before the answer was kept.
  const journal = path('d/journal.ndjson');
  const [head = '', sent = ''] = readFileSync(journal, 'utf8').split('\n');
  writeFileSync(journal, `${head}\n${sent}\n{"key":"cut off`);
  const again = await intake('d.csv', '--out', 'd', '--json');
  expect([again.code, again.json().created, await stored()]).toEqual([0, 3, before]);
  // In another order, too; with other content under the same name it is another request.
  writeFileSync(journal, `${head}\n${sent}\n`);
  writeFileSync(
    path('d.csv'),
    `id_number,school_name\n${ids
      .toReversed()
      .map((id) => `${id},一小\n`)
      .join('')}`,
  );
  const sorted = await intake('d.csv', '--out', 'd', '--json');
  expect([sorted.code, sorted.json().created, await stored()]).toEqual([0, 3, before]);
  writeFileSync(
    journal,
    `${head}\n${JSON.stringify({ ...JSON.parse(sent), sent: JSON.parse(sent).sent.toReversed() })}\n`,
  );
  const other = await intake('d.csv', '--out', 'd', '--json');
  expect([other.code, other.json().updated, await stored()]).toEqual([0, 3, before + 3]);
}, 60_000);

it('a JSON record is told each field that was not stored, under the name that the file has', async () => {
  const fields = {
    school_name: { school_id: 'S-01' },
    schooling_status: 'grade-5',
    schol_name: 'x',
  };
  writeFileSync(path('c.json'), JSON.stringify([{ match: { local_id: 'S-1' }, fields }]));
  const run = await intake('c.json');
  expect(run.code).toBe(1);
  expect(run.stdout).toContain('! 1 record: 0 created, 0 updated, 1 failed');
  expect(run.stdout).toMatch(/^1 +school_name\.school +MALFORMED +.*the member is missing/m);
  expect(run.stdout).toMatch(/^1 +schooling_status +MALFORMED +.*expected one of not-enrolled/m);
  expect(run.stdout).toMatch(/^1 +schol_name +FIELD_UNKNOWN +.*the nearest is school_name/m);
  expect(run.stdout).not.toContain('grade-5');
});

it('a number whose check digit is wrong creates no record, unless it is said; then it is flagged', async () => {
  const right = freshNumber();
  const wrong = right.slice(0, 17) + (right.endsWith('1') ? '2' : '1');
  for (const [id, flagged] of [
    [right, []],
    [wrong, [{ field: 'id_number', code: 'CHECK_DIGIT' }]],
  ] as const) {
    const record = { match: { id_number: id }, fields: { schooling_status: 'primary' } };
    writeFileSync(path('d.json'), JSON.stringify([record]));
    const before = await stored();
    if (flagged.length > 0) {
      const refused = await intake('d.json');
      expect([refused.code, refused.stderr, await stored()]).toEqual([
        2,
        expect.stringContaining('id_number  CHECK_DIGIT: check the number'),
        before,
      ]);
      expect(refused.stderr).not.toContain(id);
    }
    const run = await intake('d.json', '--json', '--keep-flagged');
    expect([run.code, run.json().results[0].warnings]).toEqual([0, flagged]);
  }
  const dry = (await intake('d.json', '--dry-run', '--keep-flagged')).stdout;
  expect(dry).toContain('check the number');
  expect(dry).toMatch(/^! .*, 1 flagged/);
});
