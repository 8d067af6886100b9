/** Up to which instant the log was followed for tasks, kept beside them. */
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ifHeld } from './table.ts';

const KEY = { S: '#followed' };

/** @returns epoch milliseconds, or `null` before the first step; strongly consistent */
export async function readPosition(dynamo: DynamoDBClient, table: string): Promise<number | null> {
  const { Item: item } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: { task: KEY }, ConsistentRead: true }),
  );
  return item?.until?.N === undefined ? null : Number(item.until.N);
}

/** @returns whether `previous` stood there and `until` stands there now */
export function movePosition(
  dynamo: DynamoDBClient,
  table: string,
  until: number,
  previous: number | null,
): Promise<boolean> {
  const condition =
    previous === null
      ? { ConditionExpression: 'attribute_not_exists(task)' }
      : {
          ConditionExpression: '#until = :previous',
          ExpressionAttributeNames: { '#until': 'until' },
          ExpressionAttributeValues: { ':previous': { N: String(previous) } },
        };
  const Item = { task: KEY, until: { N: String(until) } };
  return ifHeld(dynamo.send(new PutItemCommand({ TableName: table, Item, ...condition })));
}
