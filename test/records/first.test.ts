/** A page of DynamoDB ends after 1 MB, in the local store as in AWS, and a list has its number of items all the same. */
import { afterAll, expect, it } from 'vitest';
import { openStore } from '../../infra/local/aws/store.ts';
import { queryFirst } from '../../shared/store/first.ts';
import { putItem, queryStep } from '../../shared/store/table.ts';

const store = await openStore(null);
afterAll(() => store.close());
const table = { client: store.client(), name: store.tables.get('caseworkTable') ?? '' };

it('reads on until it has as many as were asked for', async () => {
  for (let i = 0; i < 8; i++)
    await putItem(table, {
      subject: { S: 'list' },
      item: { S: `${i}` },
      document: { S: 'x'.repeat(300_000) },
    });
  const query = [table, 'subject = :subject', { subject: 'list' }] as const;
  expect((await queryStep(...query, { limit: 6 })).items.length).toBeLessThan(6);
  const places = async (limit: number, backwards = false) =>
    (await queryFirst(...query, { limit, backwards })).map(({ item }) => item?.S).join('');
  expect(await places(6)).toBe('012345');
  expect(await places(1)).toBe('0');
  expect(await places(50)).toBe('01234567');
  expect(await places(5, true)).toBe('76543');
});
