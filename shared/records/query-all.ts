import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';

/**
 * Every item of a subject's partition, page by page, strongly consistent.
 * @param startOf restricts them to those whose sort key `name` begins with `text`
 */
export async function queryAll(
  dynamo: DynamoDBClient,
  table: string,
  subject: string,
  startOf?: { name: string; text: string },
): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  let next: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: startOf
          ? `subject = :subject AND begins_with(${startOf.name}, :start)`
          : 'subject = :subject',
        ExpressionAttributeValues: {
          ':subject': { S: subject },
          ...(startOf && { ':start': { S: startOf.text } }),
        },
        ...(next && { ExclusiveStartKey: next }),
      }),
    );
    items.push(...(page.Items ?? []));
    next = page.LastEvaluatedKey;
  } while (next);
  return items;
}
