/** The blind index: a keyed hash of a match key leads to a subject id. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';

/** @returns the subject that the index value leads to, or `null`; strongly consistent */
export async function lookUpIndex(
  dynamo: DynamoDBClient,
  table: string,
  index: string,
): Promise<string | null> {
  const { Item: item } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: { index: { S: index } }, ConsistentRead: true }),
  );
  if (!item) return null;
  if (item.index?.S !== index || !item.subject?.S)
    throw new Error('the store answered for another index value');
  return item.subject.S;
}

/**
 * Makes the index value lead to `subject` unless it leads elsewhere already. May be repeated.
 * @returns whether it leads to `subject` now
 */
export async function claimIndex(
  dynamo: DynamoDBClient,
  table: string,
  index: string,
  subject: string,
): Promise<boolean> {
  return unlessRefused(
    dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: { index: { S: index }, subject: { S: subject } },
        ConditionExpression: 'attribute_not_exists(subject) OR subject = :subject',
        ExpressionAttributeValues: { ':subject': { S: subject } },
      }),
    ),
  );
}

/** Removes the index value if it still leads to `subject`. */
export async function dropIndex(
  dynamo: DynamoDBClient,
  table: string,
  index: string,
  subject: string,
): Promise<void> {
  await unlessRefused(
    dynamo.send(
      new DeleteItemCommand({
        TableName: table,
        Key: { index: { S: index } },
        ConditionExpression: 'subject = :subject',
        ExpressionAttributeValues: { ':subject': { S: subject } },
      }),
    ),
  );
}

async function unlessRefused(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
