/** All casework of a subject at once, whatever it says: for erasure and merge. Both may be repeated. */
import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { queryAll } from './query-all.ts';

export async function deleteCasework(dynamo: DynamoDBClient, table: string, subject: string): Promise<void> {
  for (const { item } of await queryAll(dynamo, table, subject)) {
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
  for (const item of await queryAll(dynamo, table, from)) {
    await dynamo.send(new PutItemCommand({ TableName: table, Item: { ...item, subject: { S: to } } }));
  }
}
