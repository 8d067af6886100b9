/** `pack init --from`: a table as a pack that compiles and proves, in both languages, with a reason for each column. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { fieldgate } from '../cli/run.ts';
import { sharedFolder } from '../support/folder.ts';
import { residentNumber } from '../support/people.ts';

const folder = sharedFolder();
const path = (name: string) => join(folder, name);

const ROWS = Array.from({ length: 12 }, (_, i) =>
  [
    `P-${i}`,
    '张三',
    residentNumber('2014-05-06', i),
    '2014-05-06',
    '990001001001',
    13800000000 + i,
    i % 2 ? '在读' : '休学',
    '哮喘',
    3 * i,
    `路${i}号`,
  ].join(','),
);
writeFileSync(path('own.csv'), `no,姓名,证,born,区划,手机号,state,疾病史,score,住址\n${ROWS.join('\n')}\n`);
writeFileSync(
  path('own.json'),
  JSON.stringify({
    type: 'object',
    properties: {
      full_name: { type: 'string', maxLength: 40, title: 'Full name' },
      mobile: { type: 'string' },
      diagnosis: { type: 'string' },
      grade: { enum: ['A', 'B'] },
      joined: { type: 'string', format: 'date' },
      visits: { type: 'integer' },
    },
  }),
);
writeFileSync(
  path('api.yaml'),
  'openapi: 3.1.0\ncomponents: { schemas: { Pet: { properties: { a: { type: string } } }, Person: { properties: { id_card: { type: string }, birth_date: { type: string, format: date } } } } }\n',
);

interface Made {
  name: string;
  kind: string;
  level: string;
  shape: string;
  reason: string;
}
async function made(name: string, from: string, ...more: string[]): Promise<Record<string, Made>> {
  const run = await fieldgate(folder, ['pack', 'init', name, '--from', from, '--json', ...more]);
  expect([run.stderr, run.code]).toEqual(['', 0]);
  expect(compilePack(path(name)).faults).toEqual([]);
  expect(JSON.parse(readFileSync(path(`${name}/compiled/pack.json`), 'utf8')).hash).toMatch(/^[0-9a-f]{64}$/);
  return Object.fromEntries(run.json().fields.map((field: Made) => [field.name, field]));
}

describe.each(['en', 'zh'])('in %s', (lang) => {
  it('a CSV is known by its headings and by its values, and nothing of the library is left', async () => {
    const fields = await made(`csv-${lang}`, 'own.csv', '--lang', lang);
    const kinds = Object.values(fields).map(({ name, kind, level }) => [name, kind, level]);
    expect(kinds).toEqual([
      ['no', 'number', 'L2'],
      ['name', 'person', 'L2'],
      ['id_number', 'identity', 'L3'],
      ['born', 'birth', 'L2'],
      ['area_code', 'area', 'L1'],
      ['phone', 'phone', 'L3'],
      ['state', 'closed', 'L2'],
      ['field_8', 'health', 'L4'],
      ['score', 'other', 'L2'],
      ['address', 'address', 'L3'],
    ]);
    expect(fields['state']?.shape).toBe('{ is: one of, values: ["休学","在读"] }');
    const { pack } = compilePack(path(`csv-${lang}`));
    const texts = JSON.stringify(pack).replaceAll('calendar', '');
    expect(texts).not.toMatch(/librar|reader|school|lend|读者|图书|借阅|学校/i);
    // A sample value of a person stands in no file of the pack, and its theorems hold.
    expect(texts).not.toMatch(/138000|张三|哮喘/);
    expect((await fieldgate(folder, ['pack', 'prove', `csv-${lang}`])).code).toBe(0);
  }, 60_000);
});

it('a JSON Schema gives titles, closed lists and lengths; what decisions need is added', async () => {
  const fields = await made('schema', 'own.json');
  expect(fields['full_name']).toMatchObject({
    kind: 'person',
    label: 'Full name',
    shape: '{ is: text, max: 40 }',
  });
  expect(fields['grade']).toMatchObject({ kind: 'closed', shape: '{ is: one of, values: ["A","B"] }' });
  expect(fields['diagnosis']).toMatchObject({ level: 'L4' });
  expect(fields['joined']).toMatchObject({ kind: 'other', shape: '{ is: date }' });
  expect(fields['visits']?.shape).toMatch(/is: number/);
  expect([fields['birth_date']?.kind, fields['area_code']?.kind]).toEqual(['missing', 'missing']);
}, 60_000);

it('an OpenAPI document has several; one is named', async () => {
  const several = await fieldgate(folder, ['pack', 'init', 'x', '--from', 'api.yaml']);
  expect([several.code, several.stderr]).toEqual([2, expect.stringContaining('Pet, Person')]);
  const fields = await made('api', 'api.yaml#Person');
  expect(fields['id_card']).toMatchObject({ kind: 'identity', matchable: true });
}, 60_000);

it('a schema without types, with two of them, and with 200 properties; a day that is kept as text', async () => {
  const many = Object.fromEntries(Array.from({ length: 196 }, (_, at) => [`p${at}`, {}]));
  const two = {
    年龄: { type: ['integer', 'null'] },
    状态: { enum: ['在读', '休学', null] },
    born: { format: 'date', type: ['null', 'string'] },
    'x y': true,
  };
  writeFileSync(path('wide.json'), JSON.stringify({ properties: { ...two, ...many } }));
  const fields = Object.values(await made('wide', 'wide.json'));
  expect(fields).toHaveLength(201);
  expect(fields.slice(0, 4)).toMatchObject([
    { name: 'field_1', shape: expect.stringContaining('is: number') },
    { name: 'field_2', shape: '{ is: one of, values: ["在读","休学"] }' },
    { name: 'born', kind: 'birth' },
    { name: 'x_y', kind: 'other', shape: '{ is: text, max: 20 }' },
  ]);
  writeFileSync(path('none.json'), '{ "properties": {} }');
  expect((await fieldgate(folder, ['pack', 'init', 'n', '--from', 'none.json'])).code).toBe(2);
  writeFileSync(path('days.csv'), 'no,出生年月,是否住院\n1,20140506,是\n2,2014/5/6,否\n');
  const days = await made('days', 'days.csv');
  expect(days['birth_date']).toMatchObject({ kind: 'birth', shape: '{ is: date }', label: '出生年月' });
  expect(days['field_3']).toMatchObject({ kind: 'health', level: 'L4' });
}, 60_000);
