/** A table as an officer has it: words of the policy as headings, other bytes and separators, a workbook, columns of one's own. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import readWorkbook from 'read-excel-file/node';
import { expect, it } from 'vitest';
import writeWorkbook from 'write-excel-file/node';
import { readList } from '../../infra/cli/lists/file.ts';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { fieldgate, logInAt, putAgency } from './run.ts';

const gateway = await fileGateway();
const folder = sharedFolder();
logInAt(folder, gateway);
putAgency(folder, gateway.agency('edu-county'));
const path = (name: string) => join(folder, name);
const intake = (...words: string[]) => fieldgate(folder, ['intake', ...words, '--as', 'edu-county']);
const [read] = [async (name: string) => (await readWorkbook(path(name)))[0]?.data ?? []];

async function stored(): Promise<number> {
  const query = '/v1/log/entries?limit=500&kind=intake';
  const { json } = await gateway.call('audit-office', { actions: ['audit'] }, 'GET', query);
  return json.entries.length;
}

const HEAD = ['公民身份号码', '学校', '班级', '起始日期', '就学状况', '备注'];
const row = (id: string, day = '2026/9/1', status = '小学') => [
  id,
  '清河小学',
  '二年级1班',
  day,
  status,
  '走读',
];
const written = {
  school_name: { school: '清河小学', class: '二年级1班', since: '2026-09-01' },
  schooling_status: 'primary',
};

/** The same table in each form; the GB18030 bytes of its text, since Node encodes none. */
const csv = (by: string, ...rows: string[][]) => rows.map((cells) => `${cells.join(by)}\r\n`).join('');

it.each([
  ['semicolons', 'a.csv', async (rows: string[][]) => csv(';', ...rows)],
  [
    'tabs in UTF-16',
    'b.csv',
    async (rows: string[][]) => Buffer.from(`\ufeff${csv('\t', ...rows)}`, 'utf16le'),
  ],
  [
    'a workbook',
    'c.xlsx',
    async (rows: string[][]) =>
      writeWorkbook(
        rows.map((cells, at) =>
          cells.map((value, of) =>
            // As Excel keeps a day.
            at > 0 && of === 3
              ? { value: new Date('2026-09-01T00:00:00Z'), type: Date, format: 'yyyy/m/d' }
              : { value, type: String },
          ),
        ),
      ).toBuffer(),
  ],
])(
  "%s, the words of the policy and a column of one's own",
  async (_, name, made) => {
    const id = freshNumber();
    writeFileSync(path(name), await made([HEAD, row(id)]));
    // A heading that is no field is told with what can be said of it.
    const refused = await intake(name);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--own "备注"')]);
    const run = await intake(name, '--own', '备注', '--out', `${name}.out.csv`, '--json');
    expect([run.code, run.stderr]).toEqual([
      0,
      name === 'b.csv' ? 'Read as UTF-16LE, since it is not UTF-8.\n' : '',
    ]);
    expect(run.json().results[0].written.toSorted()).toEqual(Object.keys(written));
    const S1 = {
      actions: ['release'],
      purpose: 'S1',
      case: 'E-1',
      officer: 'zhang.wei',
      reason: 'winter subsidy',
    };
    const subjects = [{ match: { id_number: id } }];
    const body = { collection: 'children', subjects, fields: Object.keys(written) };
    const { json } = await gateway.call('edu-county', S1, 'POST', '/v1/releases', body);
    const fields = Object.entries<{ value: unknown }>(json.results[0].fields ?? json);
    expect(Object.fromEntries(fields.map(([key, one]) => [key, one.value]))).toEqual(written);
    const result = readFileSync(path(`${name}.out.csv`), 'utf8');
    expect(result).toContain('走读');
    expect(result).not.toMatch(/清河|990001/);
  },
  60_000,
);

it('a workbook comes back as a workbook, in the words of the policy, and can be loaded again', async () => {
  const id = freshNumber();
  const [, ...rest] = row(id);
  const cells = [HEAD, row(id), [`${id.slice(0, 17)}Y`, ...rest], ['', '合计']];
  const asText = cells.map((all) => all.map((value) => ({ value, type: String })));
  asText[0]?.splice(0, 1, { value: '身份证号码（必填）', type: String });
  writeFileSync(path('w.xlsx'), await writeWorkbook(asText.slice(0, 2)).toBuffer());
  expect((await intake('w.xlsx', '--own', '备注', '--out', 'w')).code).toBe(0);
  const [stored = [], first] = await read('w/result.xlsx');
  expect([stored.includes('备注'), first?.includes('走读'), first?.includes('CREATED')]).toEqual([
    true,
    true,
    true,
  ]);
  writeFileSync(path('w2.xlsx'), await writeWorkbook(asText).toBuffer());
  const why = ['--purpose', 'S1', '--case', 'E-1', '--officer', 'zhang.wei', '--reason', 'winter subsidy'];
  const asked = ['--as', 'edu-county', ...why, '--field', 'school_name,schooling_status'];
  logInAt(folder, gateway);
  const run = await fieldgate(folder, ['release', 'list', 'w2.xlsx', ...asked, '--out', 'w2.out.xlsx']);
  expect([run.code, run.stderr]).toEqual([1, expect.stringContaining('This list needs 2')]);
  const [heads = [], ...rows] = await read('w2.out.xlsx');
  const told = rows.map((cells) => Object.fromEntries(heads.map((head, at) => [head, cells[at]])));
  expect(told).toMatchObject([
    {
      outcome: 'RELEASED',
      学校: '清河小学',
      'School.school': '清河小学',
      'School.since': '2026-09-01',
      Schooling: 'primary school',
    },
    { outcome: 'INVALID', words: expect.stringContaining('nothing was looked up') },
    { outcome: 'INVALID', words: 'This row names no person.' },
  ]);
  expect(JSON.stringify([heads, rows])).not.toContain(id.slice(0, 17));
}, 60_000);

it('GB18030, which Excel in Chinese writes', async () => {
  // 公民身份号码,就学状况 and 小学 in GB18030.
  const head = Buffer.from('b9abc3f1c9edb7ddbac5c2eb2cbecdd1a7d7b4bff60d0a', 'hex');
  writeFileSync(
    path('g.csv'),
    Buffer.concat([head, Buffer.from(`${freshNumber()},`), Buffer.from('d0a1d1a7', 'hex')]),
  );
  const run = await intake('g.csv', '--json');
  expect([run.code, run.stderr, run.json().created]).toEqual([
    0,
    'Read as GB18030, since it is not UTF-8.\n',
    1,
  ]);
});

it('all faults of all rows at once, in a copy that can be mended and sent', async () => {
  const [good, wrong, twice] = [freshNumber(), freshNumber(), freshNumber()];
  const bent = wrong.slice(0, 17) + (wrong.endsWith('1') ? '2' : '1');
  const rows = [
    row(good),
    row(bent),
    row(twice),
    row(twice, '2026/9/1', '初中'),
    row(freshNumber(), '2026/13/1', '大班'),
    ['9.90001E+17', '清河小学', '', '', '', ''],
    [freshNumber(), '清'.repeat(101), '', '', '', ''],
  ];
  writeFileSync(path('f.csv'), csv(',', HEAD, ...rows));
  const before = await stored();
  const run = await intake('f.csv', '--own', '备注');
  expect([run.code, run.stdout, await stored()]).toEqual([2, '', before]);
  const copy = readFileSync(path('f.problem.csv'), 'utf8').replace('\ufeff', '').split('\r\n');
  expect(copy[0]).toBe(['problem', ...HEAD].join(','));
  const said = copy.slice(1, -1).map((line) => /^"?(.*?)"?,(?:[0-9]{6}|9\.9)/.exec(line)?.[1] ?? '');
  expect(said).toEqual([
    '',
    expect.stringMatching(/^公民身份号码 CHECK_DIGIT/),
    '',
    expect.stringMatching(/^就学状况 differs from line 4/),
    expect.stringMatching(/^起始日期 must be a date.*; 就学状况 must be one of/),
    expect.stringMatching(/^公民身份号码 is a number that a spreadsheet has shortened/),
    expect.stringMatching(/^学校 must have at most 100 characters/),
  ]);
  expect(run.stderr).toContain('Nothing was stored: 6 faults in 5 lines.');
  expect(run.stderr).not.toMatch(/990001|清河/);
  // Mended in the copy, whose column of problems is none of the fields.
  const mended = csv(',', ['problem', ...HEAD], ['', ...row(good)], ['x', ...row(wrong)]);
  writeFileSync(path('f.problem.csv'), mended);
  expect((await intake('f.problem.csv', '--own', '备注', '--json')).json()).toMatchObject({
    created: 2,
    failed: 0,
  });
}, 60_000);

it('a copy gives back what a spreadsheet would run as a formula', async () => {
  const rows = [['=1+1', ...row(freshNumber()).slice(1)], row(freshNumber())].map((cells, at) => [
    ...cells,
    at ? '-x' : '',
  ]);
  writeFileSync(path('s.csv'), csv(',', [...HEAD, '走访'], ...rows));
  expect((await intake('s.csv', '--own', '备注,走访')).code).toBe(2);
  expect(readFileSync(path('s.problem.csv'), 'utf8')).toContain(",'=1+1,");
  const { lines } = await readList(path('s.problem.csv'));
  expect(lines.map(({ cells }) => [cells['公民身份号码'], cells['走访']])).toEqual([
    ['=1+1', undefined],
    [rows[1]?.[0], '-x'],
  ]);
});

it('what no value is, and what no column names, is told', async () => {
  const cell = (school: string, ...more: string[]) => [freshNumber(), school, ...more];
  const rows = [
    ...[cell('清河小学', '', '', '', '', 'x'), cell('=1+1'), cell('NULL'), cell('#N/A'), cell('清\ufffd')],
    // Empty cells that a spreadsheet adds, and those that it leaves out, change nothing.
    ...[cell('清河小学', '', '', '', '', '', ''), cell('=')],
  ];
  writeFileSync(path('n.csv'), csv(',', HEAD, ...rows));
  const { code, stderr } = await intake('n.csv', '--own', '备注', '--dry-run');
  expect(code).toBe(2);
  const told = stderr
    .split('\n')
    .flatMap((line) => /^ {2}line (\d+) +(.*)/.exec(line)?.slice(1).join(' ') ?? []);
  expect(told).toEqual([
    '2 has 1 cell more than the head has columns',
    ...[3, 4, 5].map(
      (line) => `${line} 学校  is a formula, its error, or NULL, and no value: an empty cell changes nothing`,
    ),
    '6 学校  has a character that was lost on the way, or that nothing shows',
  ]);
});

it('faults are told where no copy can be written', async () => {
  writeFileSync(path('w.csv'), csv(',', HEAD, row('1')));
  mkdirSync(path('w.problem.csv'));
  const { code, stderr } = await intake('w.csv', '--own', '备注');
  expect([code, stderr]).toEqual([2, expect.stringMatching(/1 fault in 1 line.*w\.problem\.csv/s)]);
});

it('a template whose cells keep numbers as text', async () => {
  const run = await intake('--template', 'school.xlsx');
  expect([run.code, run.stdout]).toEqual([0, expect.stringContaining('school.xlsx has the headings')]);
  const [heads = []] = await read('school.xlsx');
  expect(heads).toEqual(
    expect.arrayContaining(['Resident ID number', 'School.school', 'School.class', 'Schooling']),
  );
  const id = freshNumber();
  const cells = heads.map(
    (head) => ({ 'Resident ID number': id, 'School.school': '一小' })[String(head)] ?? '',
  );
  writeFileSync(
    path('school.xlsx'),
    await writeWorkbook(
      [heads.map(String), cells].map((one) => one.map((value) => ({ value, type: String }))),
    ).toBuffer(),
  );
  expect((await intake('school.xlsx', '--json')).json()).toMatchObject({ created: 1, failed: 0 });
  expect(existsSync(path('school.problem.xlsx'))).toBe(false);
}, 60_000);

it('a number that lost its digits in a workbook, and an older workbook, are told', async () => {
  const numbers = [
    ['公民身份号码', '就学状况'].map((value) => ({ value, type: String })),
    [
      { value: 990001201405060000, type: Number },
      { value: '小学', type: String },
    ],
  ];
  writeFileSync(path('n.xlsx'), await writeWorkbook(numbers as never).toBuffer());
  expect((await intake('n.xlsx')).stderr).toContain('Line 2 has a number of more than 15 digits');
  writeFileSync(path('o.csv'), Buffer.from('d0cf11e0a1b11ae1', 'hex'));
  expect((await intake('o.csv')).stderr).toContain('Save it again as .xlsx');
});

it('a workbook that unpacks to more than 200 MB is refused by what it unpacks to, whatever its headers say', async () => {
  const sheet = Buffer.from(await writeWorkbook([[{ value: '学校' }]]).toBuffer());
  const header = Buffer.alloc(30);
  header.write('504b030414000000', 'hex');
  header.writeUInt16LE(8, 8);
  const packed = Buffer.concat([header, deflateRawSync(Buffer.alloc(20 * 2 ** 20))]);
  const withMany = (n: number) => Buffer.concat([...Array.from({ length: n }, () => packed), sheet]);
  writeFileSync(path('bomb.xlsx'), withMany(11));
  const { code, stderr } = await intake('bomb.xlsx');
  expect([code, stderr]).toEqual([2, expect.stringContaining('more than 200 MB once it is unpacked')]);
  writeFileSync(path('less.xlsx'), withMany(9));
  expect((await intake('less.xlsx')).stderr).not.toContain('200 MB');
});
