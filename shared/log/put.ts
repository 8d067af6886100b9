/** Puts one item of a chain: the one write of an append. */
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type LogItem, toAttributes } from './write/item.ts';

/**
 * Resolves when it is durable. The client may repeat it after a lost answer: the condition lets the same item
 * pass again and nothing else.
 * @throws whatever the store threw; then the item may be stored or not.
 */
export async function putItem(
  { dynamo, table }: { dynamo: DynamoDBClient; table: string },
  item: LogItem,
): Promise<void> {
  await dynamo.send(
    new PutItemCommand({
      TableName: table,
      Item: toAttributes(item),
      ConditionExpression: 'attribute_not_exists(#key) OR #hash = :mine',
      ExpressionAttributeNames: { '#key': 'writer', '#hash': 'hash' },
      ExpressionAttributeValues: { ':mine': { B: item.hash } },
    }),
  );
}
