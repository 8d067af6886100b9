/** All casework of a subject at once, whatever it says: for erasure and merge. Both may be repeated. */
import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';

export async function deleteCasework(dynamo: DynamoDBClient, table: string, subject: string): Promise<void> {
  for (const { item } of await items(dynamo, table, subject)) {
    const Key = { subject: { S: subject }, item: item as AttributeValue };
    await dynamo.send(new DeleteItemCommand({ TableName: table, Key }));
  }
}

/** Copies, so that a consent or a freeze of the one counts for the other. */
export async function copyCasework(
  dynamo: DynamoDBClient,
  table: string,
  from: string,
  to: string,
): Promise<void> {
  for (const item of await items(dynamo, table, from)) {
    await dynamo.send(new PutItemCommand({ TableName: table, Item: { ...item, subject: { S: to } } }));
  }
}

async function items(
  dynamo: DynamoDBClient,
  table: string,
  subject: string,
): Promise<Record<string, AttributeValue>[]> {
  const found: Record<string, AttributeValue>[] = [];
  let next: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'subject = :subject',
        ExpressionAttributeValues: { ':subject': { S: subject } },
        ...(next ? { ExclusiveStartKey: next } : {}),
      }),
    );
    found.push(...(page.Items ?? []));
    next = page.LastEvaluatedKey;
  } while (next);
  return found;
}
