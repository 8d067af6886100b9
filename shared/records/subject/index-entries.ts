/** The blind index: a keyed hash of a match key leads to a subject id. */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { ifHeld } from '../table.ts';

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
  if (item['index']?.S !== index || !item['subject']?.S)
    throw new Error('the store answered for another index value');
  return item['subject'].S;
}

/**
 * Makes the index value lead to `subject` unless it leads elsewhere already. May be repeated.
 * @param now epoch milliseconds; a claim that no key item names is removed an hour later
 * @param from the subject that it may lead to so far, where that was merged into `subject`
 * @returns whether it leads to `subject` now
 */
export async function claimIndex(
  dynamo: DynamoDBClient,
  table: string,
  index: string,
  subject: string,
  now: number,
  from: string = subject,
): Promise<boolean> {
  return ifHeld(
    dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: { index: { S: index }, subject: { S: subject }, at: { N: String(now) } },
        ConditionExpression: 'attribute_not_exists(subject) OR subject IN (:subject, :from)',
        ExpressionAttributeValues: { ':subject': { S: subject }, ':from': { S: from } },
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
  await ifHeld(
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

export interface IndexClaim {
  index: string;
  subject: string;
  /** Epoch milliseconds of the claim. */
  at: number;
}

/** Removes the claim unless it was made anew since. */
export function dropClaim(dynamo: DynamoDBClient, table: string, claim: IndexClaim): Promise<boolean> {
  return ifHeld(
    dynamo.send(
      new DeleteItemCommand({
        TableName: table,
        Key: { index: { S: claim.index } },
        ConditionExpression: 'subject = :subject AND #at = :at',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: { ':subject': { S: claim.subject }, ':at': { N: String(claim.at) } },
      }),
    ),
  );
}

/** Some claims in the order of the table, and where the next page begins; `null` after the last. */
export async function scanClaims(
  dynamo: DynamoDBClient,
  table: string,
  after: string | null,
  limit: number,
): Promise<{ claims: IndexClaim[]; next: string | null }> {
  const page = await dynamo.send(
    new ScanCommand({
      TableName: table,
      Limit: limit,
      ...(after !== null && { ExclusiveStartKey: { index: { S: after } } }),
    }),
  );
  const claims = (page.Items ?? []).map((item) => ({
    index: item['index']?.S ?? '',
    subject: item['subject']?.S ?? '',
    at: Number(item['at']?.N ?? 0),
  }));
  return { claims, next: page.LastEvaluatedKey?.['index']?.S ?? null };
}
