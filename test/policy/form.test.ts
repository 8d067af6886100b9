/** The published form of each field says what intake takes: a third party's validator and the gateway agree. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { examplesOf, faultsIn } from '../../shared/policy/check/form.ts';
import { faultOfKey, fits } from '../../shared/policy/check/validate.ts';
import { fieldSchema, recordSchema, writtenSchema } from '../../shared/policy/present/schema.ts';
import type { Json } from '../../shared/policy/types.ts';
import { children, compileFolder, HOUSING_FOLDER, NOW } from './support.ts';

const ajv = new Ajv2020({ strictTypes: false, formats: { date: /^\d{4}-\d\d-\d\d$/, 'date-time': true } });
const packs = { children, housing: compileFolder(HOUSING_FOLDER) };
const stored = Object.entries(packs).flatMap(([of, pack]) =>
  [...pack.fields.values()].flatMap((field) =>
    field.shape ? [{ of, pack, field, shape: field.shape }] : [],
  ),
);
const VALUES: Json[] = [
  ...['', '  ', 'x', '1', '990001', 'x'.repeat(9000), '2014-05-06', '2014-05', '14/05/06', 5, -1, true, null],
  ...[
    [],
    ['x'],
    {},
    { text: 'x' },
    { text: 'x', more: 1 },
    { date: '2014-05-06' },
    { school: 'S', class: 1 },
  ],
];

it.each(stored)('$of $field.name: schema and gateway accept the same values', ({ pack, field, shape }) => {
  const accepts = ajv.compile(fieldSchema(pack, field) as object);
  const examples = examplesOf(shape);
  for (const value of [...VALUES, ...examples]) {
    // JSON Schema knows no text of blanks alone.
    if (value === '  ') continue;
    expect([value, accepts(value)]).toEqual([value, fits(shape, value)]);
    expect([value, faultsIn(shape, value).length === 0]).toEqual([value, fits(shape, value)]);
  }
});

it.each(stored.filter(({ of }) => of === 'children'))(
  '$field.name has an example that passes its checks',
  ({ field, shape }) => {
    const examples = examplesOf(shape);
    expect(examples).not.toEqual([]);
    for (const one of examples)
      expect(typeof one === 'string' ? faultOfKey(children, field.name, one, NOW) : null).toBeNull();
  },
);

it('takes a record of all examples, and null only where a field is written', () => {
  const all = Object.fromEntries(
    stored
      .filter(({ of }) => of === 'children')
      .map(({ field, shape }) => [field.name, examplesOf(shape)[0]]),
  );
  expect(ajv.compile(recordSchema(children) as object)(all)).toBe(true);
  expect(ajv.compile(recordSchema(children) as object)({ ...all, name: null })).toBe(false);
  expect(ajv.compile(writtenSchema(children) as object)({ name: null })).toBe(true);
  expect(ajv.compile(writtenSchema(children) as object)({ nme: null })).toBe(false);
});

describe('the faults of a value', () => {
  const faults = (field: string, value: Json) => {
    const shape = children.fields.get(field)?.shape;
    return shape ? faultsIn(shape, value).map(({ path, fault }) => `${path} ${fault}`) : [];
  };
  it.each<[string, Json, string[]]>([
    ['school_name', { school_id: 'S-01' }, ['/school missing', '/* unknown']],
    ['school_name', { school: 'S', class: 'x'.repeat(51) }, ['/class long']],
    ['sex', '3', [' values']],
    ['birth_date', '2013-02-29', [' day']],
    ['birth_date', 20130229, [' type']],
    ['hardship_category', ['orphan', 'rich'], ['/1 values']],
    ['household_profile', { members: 0, monthlyIncome: '900' }, ['/members range', '/monthlyIncome type']],
    ['child_phone', '12345', [' pattern']],
    ['parent_identity', [{ name: '王' }, { name: '李' }, { name: '赵' }], [' many']],
    ['name', ' ', [' blank']],
  ])('of %s %j are %j', (field, value, expected) => {
    expect(faults(field, value)).toEqual(expected);
  });
});
