/** What the columns of a table are, under a policy whose names and words are alike. */
import { expect, it } from 'vitest';
import { type ColumnOptions, columnsOf } from '../../infra/cli/data/intake-columns.ts';
import type { Catalogue } from '../../shared/contract/office.ts';

const field = (en: string) => ({ label: { en }, schema: { type: 'string' } });
const fields = { kind: field('Status'), status: field('Kind'), problem: field('What is wrong') };
const intake = Object.keys(fields).map((name) => ({ name }));
const catalogue = { intake, fields } as unknown as Catalogue;

async function fieldsOf(heads: string[], options: ColumnOptions = {}) {
  const of = await columnsOf(['local_id', ...heads], catalogue, options, () => expect.fail('all are known'));
  return [...of.values()].slice(1).map((one) => ('field' in one ? one.field : one));
}

it('a name counts before the word of another field', async () => {
  expect(await fieldsOf(['kind', 'Kind'])).toEqual(['kind', 'status']);
});

it('a field with the name of the column of problems is a field', async () => {
  expect(await fieldsOf(['problem'])).toEqual(['problem']);
});

it("a column of one's own may have the word of a field", async () => {
  expect(await fieldsOf(['Kind', 'status'], { own: ['Kind'] })).toEqual([{ own: true }, 'status']);
});

it('a whole field and a part of it are refused', async () => {
  const parts = { type: 'object', properties: { a: { type: 'string' } } };
  Object.assign(fields.kind, { schema: { anyOf: [{ type: 'string' }, parts] } });
  for (const heads of [
    ['kind', 'kind.a'],
    ['kind.a', 'kind'],
  ])
    await expect(fieldsOf(heads)).rejects.toThrow('Two columns are kind.');
  expect(await fieldsOf(['kind.a'])).toEqual(['kind']);
});
