import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { AbstractIterator, AbstractKeyIterator, AbstractValueIterator } from 'abstract-level';
import { afterEach, expect, it, vi } from 'vitest';
import { openStore } from '../../infra/local/aws/store.ts';
import { temporaryFolder } from '../support/folder.ts';

afterEach(() => vi.restoreAllMocks());

/** Iterators of LevelDB that were opened (they asked for a value) and not closed. */
function watchIterators(): () => number {
  const open = new Set<object>();
  for (const { prototype } of [AbstractIterator, AbstractKeyIterator, AbstractValueIterator]) {
    const { next, close } = prototype as { next(): unknown; close(): unknown };
    vi.spyOn(prototype as { next(): unknown }, 'next').mockImplementation(function (this: object) {
      open.add(this);
      return next.call(this);
    });
    vi.spyOn(prototype as { close(): unknown }, 'close').mockImplementation(function (this: object) {
      open.delete(this);
      return close.call(this);
    });
  }
  return () => open.size;
}

it('a query that stops early leaves no iterator of the store open', async () => {
  const store = await openStore(temporaryFolder());
  const dynamo = store.client();
  const table = store.tables.get('caseworkTable') as string;
  const opened = watchIterators();
  const put = (sk: string) =>
    dynamo.send(new PutItemCommand({ TableName: table, Item: { subject: { S: 'p' }, item: { S: sk } } }));
  for (const sk of ['a', 'b', 'c']) await put(sk);
  for (let round = 0; round < 20; round++) {
    const { Items } = await dynamo.send(
      new QueryCommand({
        TableName: table,
        Limit: 1,
        KeyConditionExpression: 'subject = :p',
        ExpressionAttributeValues: { ':p': { S: 'p' } },
      }),
    );
    expect(Items).toHaveLength(1);
  }
  await expect.poll(opened).toBe(0);
  await store.close();
});
