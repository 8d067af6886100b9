/** Reads of one turn, of which one call is made. */
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { openStore } from '../../infra/local/aws/store.ts';
import { gathered } from '../../shared/store/gather.ts';
import { getItem, putItem, type Table } from '../../shared/store/table.ts';

const store = await openStore(null);
const client = store.client();
const table: Table = { client, name: store.tables.get('indexTable') ?? '' };
const sent = vi.spyOn(client, 'send');
const keyOf = (index: string) => ({ index: { S: index } });
const read = (from: Table, ...indexes: string[]) =>
  Promise.all(indexes.map((index) => getItem(from, keyOf(index))));
const calls = () => sent.mock.calls.map(([command]) => command.constructor.name);

for (const index of ['a', 'b']) await putItem(table, { ...keyOf(index), subject: { S: `of ${index}` } });
beforeEach(() => void sent.mockClear());
afterAll(() => store.close());

it('reads of a turn are one call, each with its own item, or none', async () => {
  const found = await read(gathered(table), 'b', 'none', 'a', 'b');
  expect(found.map((item) => item?.['subject']?.S)).toEqual(['of b', undefined, 'of a', 'of b']);
  expect(calls()).toEqual(['BatchGetItemCommand']);
  expect(sent.mock.calls[0]?.[0].input).toMatchObject({
    RequestItems: { [table.name]: { ConsistentRead: true, Keys: { length: 3 } } },
  });
});

it('a read that is alone is made as it would be', async () => {
  const gathering = gathered(table);
  expect(await read(gathering, 'a')).toMatchObject([{ subject: { S: 'of a' } }]);
  expect(await read(gathering, 'b')).toMatchObject([{ subject: { S: 'of b' } }]);
  expect(calls()).toEqual(['GetItemCommand', 'GetItemCommand']);
});

it('a call that fails fails its readers, and the next turn reads again', async () => {
  const gathering = gathered(table);
  sent.mockRejectedValueOnce(new Error('throttled') as never);
  const failed = await Promise.allSettled([read(gathering, 'a'), read(gathering, 'b')]);
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await read(gathering, 'a', 'b')).toMatchObject([{ subject: { S: 'of a' } }, {}]);
});
