/** A list of people at the command line, from a table to a table: killed, grown, with errors, and cut off. */
import { spawn } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { BORN, freshNumber } from '../support/people.ts';
import { fieldgate, logInAt, putAgency } from './run.ts';

const gateway = await fileGateway();
const folder = sharedFolder();
logInAt(folder, gateway);
for (const name of ['edu-county', 'school-second']) putAgency(folder, gateway.agency(name));
const path = (name: string) => join(folder, name);
const AS = ['--as', 'edu-county', '--purpose', 'S1', '--officer', 'zhang.wei', '--reason', 'winter subsidy'];
const list = (file: string, ...more: string[]) =>
  fieldgate(folder, ['release', 'list', file, ...AS, '--field', 'name,school_name', ...more]);

/** Pupils with a school on record. */
async function pupils(many: number): Promise<string[]> {
  const ids = Array.from({ length: many }, () => freshNumber());
  const store = (agency: string, fields: (id: string) => object) =>
    gateway.call(agency, { actions: ['intake'] }, 'POST', '/v1/intake', {
      collection: 'children',
      records: ids.map((id) => ({ match: { id_number: id }, fields: fields(id) })),
    });
  await store('mps-county', (id) => ({ id_number: id, birth_date: BORN, name: '王小明' }));
  await store('mca-county', () => ({ division_code: '990001001', guardianship_status: 'normal' }));
  await store('edu-county', () => ({ school_name: '=清河小学' }));
  return ids;
}

/** The rows of a result, by their line. */
function rowsOf(file: string): Map<number, Record<string, string>> {
  const text = readFileSync(path(file), 'utf8').replace(/^\uFEFF/, '');
  const [head = '', ...rows] = text.trim().split('\r\n');
  const names = head.split(',');
  return new Map(
    rows.map((row) => {
      const cells = row.split(',').map((cell, at) => [names[at] ?? '', cell] as const);
      return [Number(cells[0]?.[1]), Object.fromEntries(cells)];
    }),
  );
}

async function released(): Promise<number> {
  const query = '/v1/log/entries?limit=500&kind=decision&outcome=released';
  const { json } = await gateway.call('audit-office', { actions: ['audit'] }, 'GET', query);
  return json.entries.length;
}

it('says what it withheld, although every row is released', async () => {
  const [one = ''] = await pupils(1);
  writeFileSync(path('w.csv'), `id_number\n${one}\n`);
  const fields = ['--field', 'schooling_status,illness'];
  const { stdout } = await list('w.csv', '--out', 'w-out.csv', ...fields);
  expect(stdout).toMatch(/^released +1\nwithheld +a field in 1 row: FIELD_NOT_IN_PURPOSE$/m);
});

it('gives each person once, with errors in their rows, and goes on when it has grown', async () => {
  const [a = '', b = '', c = ''] = await pupils(3);
  writeFileSync(
    path('a.csv'),
    `no,name,id_number\n1,x,${a}\n2,y,${a.slice(0, 17)}Y\n3,z,\n4,x,${a}\n5,w,${b}\n`,
  );
  const first = await list('a.csv', '--out', 'a-out.csv', '--json');
  expect([first.code, first.json()]).toMatchObject([
    1,
    { rows: 5, released: 3, repeated: 1, invalid: [3, 4] },
  ]);
  const rows = rowsOf('a-out.csv');
  expect(rows.get(2)).toMatchObject({ no: '1', name: 'x', outcome: 'RELEASED', Name: '王小明' });
  // What a spreadsheet would run is text.
  expect(rows.get(2)?.['School']).toBe("'=清河小学");
  expect(rows.get(3)).toMatchObject({ outcome: 'INVALID', code: 'INVALID_REQUEST' });
  expect(rows.get(3)?.['words']).toMatch(/match/);
  expect(rows.get(4)?.['words']).toBe('This row names no person.');
  expect(rows.get(5)?.['entry']).toBe(rows.get(2)?.['entry']);
  for (const file of ['a-out.csv', 'a-out.csv.job/journal.ndjson']) {
    expect(statSync(path(file)).mode & 0o777).toBe(0o600);
    expect(readFileSync(path(file), 'utf8')).not.toContain(a);
  }
  expect(readFileSync(path('a-out.csv.job/journal.ndjson'), 'utf8')).not.toContain('王小明');

  const before = await released();
  writeFileSync(path('a.csv'), `no,id_number\n9,${c}\n5,${b}\n1,${a}\n`);
  const grown = await list('a.csv', '--out', 'a-out.csv', '--json');
  expect([grown.code, grown.json().released, await released()]).toEqual([0, 3, before + 1]);
  const other = await list('a.csv', '--out', 'a-out.csv', '--field', 'name');
  expect(other.code).toBe(2);
}, 90_000);

it('continues after kill -9, and asks for no person again whose answer may have been lost', async () => {
  const ids = await pupils(120);
  writeFileSync(path('b.ndjson'), ids.map((id) => `${JSON.stringify({ id_number: id })}\n`).join(''));
  const args = ['release', 'list', 'b.ndjson', ...AS, '--field', 'name', '--out', 'b'];
  const child = spawn(process.execPath, [resolve('infra/cli/fieldgate.ts'), ...args], { cwd: folder });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise((done) => child.once('close', done));
  while (!(linesIn('b/journal.ndjson') > 40)) await new Promise((go) => setTimeout(go, 5));
  child.kill('SIGKILL');
  await ended;
  // As if it had died between a request and its answer.
  const kept = readFileSync(path('b/journal.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const sent = kept.findLast((line) => line.sent)?.sent as string[];
  const answered = kept.filter((line) => line.key && !(line.key === sent[0]));
  const lines = [kept[0], ...answered, { sent }];
  writeFileSync(path('b/journal.ndjson'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

  const again = await list('b.ndjson', '--out', 'b', '--field', 'name', '--json');
  expect(again.code).toBe(2);
  const same = await fieldgate(folder, [...args, '--json']);
  expect([same.code, same.json().open]).toEqual([5, 0]);
  expect(same.json().lost.length).toBeGreaterThan(0);
  expect(same.json().released + same.json().lost.length).toBe(120);
  const rows = readFileSync(path('b/result.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rows.find(({ outcome }) => outcome === 'LOST')).toMatchObject({ code: 'ANSWER_LOST' });
  const last = await fieldgate(folder, [...args, '--again', '--json']);
  expect([last.code, last.json().released, last.json().lost]).toEqual([0, 120, []]);
}, 120_000);

function linesIn(file: string): number {
  try {
    return readFileSync(path(file), 'utf8').split('\n').length;
  } catch {
    return 0;
  }
}

it('refuses the options of a single release, and columns that name no person', async () => {
  writeFileSync(path('c.csv'), 'id_numbr\n1\n');
  const run = await list('c.csv');
  expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('meant to be id_number')]);
  const field = await list('c.csv', '--field', 'nme');
  expect([field.code, field.stderr]).toEqual([2, expect.stringContaining('no field nme. Is name meant?')]);
  const wrong = await list('c.csv', '--local-id', '1');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("unknown option '--local-id'")]);
  const { stdout } = await fieldgate(folder, ['release', 'list', '--help']);
  expect(stdout).toContain('--purpose <code>');
  expect(stdout).not.toContain('--local-id');
});
