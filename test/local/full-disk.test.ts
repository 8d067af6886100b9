import { expect, it } from 'vitest';
import { type Items, openItems } from '../../infra/local/aws/dynamo/items.ts';
import { dynamoOver } from '../../infra/local/aws/dynamo/operations.ts';

const TABLE = {
  TableName: 'a-table',
  TableStatus: 'ACTIVE',
  AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
} as const;

it('a write that the disk refuses at its end is not acknowledged', async () => {
  const items = openItems(null);
  let full = true;
  const refusing: Items = {
    ...items,
    atOnce: (writes) =>
      items.atOnce(() => {
        writes();
        if (full) throw new Error('database or disk is full');
      }),
  };
  const dynamo = dynamoOver(refusing, [TABLE as never]);
  const put = () =>
    dynamo('DynamoDB_20120810.PutItem', JSON.stringify({ TableName: 'a-table', Item: { key: { S: 'a' } } }));
  await expect(put()).rejects.toThrow('full');
  full = false;
  expect((await put()).statusCode).toBe(200);
  items.close();
});
