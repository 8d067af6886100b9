import { expect, it } from 'vitest';
import { type Items, openItems } from '../../infra/local/aws/dynamo/items.ts';
import { type Answer, type Dynamo, dynamoOver } from '../../infra/local/aws/dynamo/operations.ts';

const TABLE = {
  TableName: 'a-table',
  TableStatus: 'ACTIVE',
  AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
} as const;

type Operation = readonly [name: string, request: object];

/** Calls of one turn, which share a transaction. */
function together(dynamo: Dynamo, operations: readonly Operation[]): Promise<Answer>[] {
  const calls = operations.map(([name, request]) => {
    const { promise, resolve: answer, reject: fail } = Promise.withResolvers<Answer>();
    const body = JSON.stringify({ TableName: 'a-table', ...request });
    return { target: `DynamoDB_20120810.${name}`, body, answer, fail, promise };
  });
  dynamo(calls);
  return calls.map(({ promise }) => promise);
}

const put = (key: string): Operation => ['PutItem', { Item: { key: { S: key } } }];
const get = (key: string): Operation => ['GetItem', { Key: { key: { S: key } } }];
const itemIn = ({ body }: Answer): unknown => JSON.parse(Buffer.from(body).toString()).Item;

/** @param at refuses at the end of a transaction in which this holds */
function refusing(at: (written: readonly string[]) => boolean): { items: Items; dynamo: Dynamo } {
  const items = openItems(null);
  let written: string[] = [];
  const part = (name: string) => {
    const own = items.part(name);
    return {
      ...own,
      put(...[key, item, done]: Parameters<typeof own.put>) {
        written.push(JSON.stringify(item));
        own.put(key, item, done);
      },
    };
  };
  const atOnce = (writes: () => void) =>
    items.atOnce(() => {
      written = [];
      writes();
      if (at(written)) throw new Error('database or disk is full');
    });
  return { items, dynamo: dynamoOver({ ...items, part, atOnce }, [TABLE as never]) };
}

it('a write that the disk refuses at its end is not acknowledged', async () => {
  let full = true;
  const { items, dynamo } = refusing(() => full);
  await expect(together(dynamo, [put('a')])[0]).rejects.toThrow('full');
  full = false;
  const [read] = await Promise.all(together(dynamo, [get('a')]));
  expect(itemIn(read as Answer)).toBeUndefined();
  expect((await together(dynamo, [put('a')])[0])?.statusCode).toBe(200);
  items.close();
});

it('calls that share a transaction with a refused write are made without it, and no answer shows that write', async () => {
  const { items, dynamo } = refusing((written) => written.some((item) => item.includes('bad')));
  const calls = together(dynamo, [put('good'), put('bad'), get('bad'), put('late')]);
  const [good, bad, read, late] = await Promise.allSettled(calls);
  expect(bad).toMatchObject({ status: 'rejected' });
  expect(good).toMatchObject({ status: 'fulfilled', value: { statusCode: 200 } });
  expect(late).toMatchObject({ status: 'fulfilled', value: { statusCode: 200 } });
  expect(read?.status === 'fulfilled' && itemIn(read.value)).toBeUndefined();
  const found = await Promise.all(together(dynamo, [get('good'), get('late')]));
  expect(found.map(itemIn)).toEqual([{ key: { S: 'good' } }, { key: { S: 'late' } }]);
  items.close();
});

it('writes of one turn are one transaction', async () => {
  const items = openItems(null);
  let transactions = 0;
  const atOnce = (writes: () => void) => {
    transactions++;
    items.atOnce(writes);
  };
  const dynamo = dynamoOver({ ...items, atOnce }, [TABLE as never]);
  await Promise.all(together(dynamo, [put('a'), put('b'), get('a')]));
  expect(transactions).toBe(1);
  items.close();
});
