/** A new index key while intake continues: old entries are found, new ones are under the new key. */
import { expect, it as plain } from 'vitest';
import { blindIndexes } from '../../../shared/keys/blind-index.ts';
import { lookUpIndex } from '../../../shared/records/subject/index-entries.ts';
import { getItem } from '../../../shared/store/table.ts';
import { fileGateway } from '../../support/gateway.ts';
import { freshNumber } from '../../support/people.ts';
import { type Instance, newInstance } from './instance.ts';

let [before, after]: Instance[] = [];
const gateway = await fileGateway();
const [second] = gateway.ring.ensureAll([['alias/fieldgate/index-2', 'HMAC_256']]);
const both = `${gateway.env.indexKey} ${second?.arn}`;
before = await newInstance(gateway, 'mps-county');
after = await newInstance(gateway, 'mps-county', { indexKey: both });

const record = (id: string) => ({ match: { id_number: id }, fields: { id_number: id, name: '张三' } });

/** The subjects of the entries under both keys, newest first. */
async function entries(id: string) {
  const key = { collection: 'children', field: 'id_number', scope: '', value: id };
  const values = await blindIndexes(gateway.kms, both, key);
  return Promise.all(values.map((value) => lookUpIndex(gateway.tables.index, value)));
}

const it = plain.extend('id', () => freshNumber());

it('finds a subject that was entered under the old key, and adds the new index value', async ({ id }) => {
  const first = await before?.put(record(id));
  expect(await entries(id)).toEqual([null, expect.any(String)]);
  const again = await after?.put(record(id));
  expect(again).toMatchObject({ ref: first?.ref, sheetVersion: 2 });
  const [newest] = await entries(id);
  expect(newest).toEqual(expect.any(String));
  expect(await after?.put(record(id))).toMatchObject({ ref: first?.ref, sheetVersion: 3 });
});

it('enters a new subject under the new key only', async ({ id }) => {
  await after?.put(record(id));
  expect(await entries(id)).toEqual([expect.any(String), null]);
});

it('finds by a key of another department, and leads nowhere else', async ({ id }) => {
  await before?.put(record(id));
  const other = await newInstance(gateway, 'edu-county', { indexKey: both });
  const school = { match: { id_number: id }, fields: { schooling_status: 'primary' } };
  const [, old] = await entries(id);
  expect(await other.put(school)).toMatchObject({ created: true, sheetVersion: 1 });
  for (const subject of await entries(id)) expect([null, old]).toContain(subject);
});

it('no longer finds by a number that was corrected, under either key', async () => {
  const [wrong, right] = [freshNumber(), freshNumber()];
  const first = await before?.put(record(wrong));
  const corrected = { match: { id_number: wrong }, fields: { id_number: right } };
  expect(await after?.put(corrected)).toMatchObject({ ref: first?.ref });
  expect(await entries(wrong)).toEqual([null, null]);
  expect(await after?.put(record(right))).toMatchObject({ ref: first?.ref });
});

it('holds no match key in any entry', async ({ id }) => {
  await after?.put(record(id));
  const key = { collection: 'children', field: 'id_number', scope: '', value: id };
  const [index] = await blindIndexes(gateway.kms, both, key);
  const item = await getItem(gateway.tables.index, { index: { S: index } });
  expect(item).toHaveProperty('subject');
  expect(JSON.stringify(item)).not.toContain(id);
});
