/** Counters that several instances share, each limited by the write itself. */

import { createHash, randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

export interface Counting {
  /** Key of the item that holds the counters. */
  name: string;
  /** Counter to what is added to it. */
  add: Readonly<Record<string, number>>;
  /** Counter to the value that it must be below before. */
  below?: Readonly<Record<string, number>>;
  /** Epoch second from which nobody looks at the counters. */
  expires: number;
}

/**
 * Adds to all counters, or to none where one has reached its limit. A repeat after a lost answer adds twice,
 * which only limits sooner.
 * @returns all counters of the item as they are now, or `null`
 */
export async function count(
  dynamo: DynamoDBClient,
  table: string,
  { name, add, below = {}, expires }: Counting,
): Promise<ReadonlyMap<string, number> | null> {
  const names: Record<string, string> = { '#expires': 'expires' };
  const values: Record<string, AttributeValue> = { ':expires': { N: String(Math.ceil(expires)) } };
  const adding = Object.entries(add).map(([counter, n], i) => {
    names[`#a${i}`] = attributeOf(counter);
    values[`:a${i}`] = { N: String(n) };
    return `#a${i} :a${i}`;
  });
  const conditions = Object.entries(below).map(([counter, n], i) => {
    names[`#b${i}`] = attributeOf(counter);
    values[`:b${i}`] = { N: String(n) };
    return `(attribute_not_exists(#b${i}) OR #b${i} < :b${i})`;
  });
  try {
    const { Attributes = {} } = await dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { claim: { S: name } },
        UpdateExpression: `ADD ${adding.join(', ')} SET #expires = :expires`,
        ...(conditions.length > 0 && { ConditionExpression: conditions.join(' AND ') }),
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
        ReturnValues: 'ALL_NEW',
      }),
    );
    return new Map(
      Object.entries(Attributes).flatMap(([attribute, { N: n }]) =>
        attribute.startsWith(PREFIX) ? [[attribute.slice(PREFIX.length), Number(n)] as const] : [],
      ),
    );
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return null;
    throw error;
  }
}

const PREFIX = 'n.';

function attributeOf(counter: string): string {
  return PREFIX + counter;
}

/* Attempts at a prohibited use, for as long as a second one counts. */

/** How long an attempt is remembered, in milliseconds. */
const WINDOW = 24 * 3_600_000;

/**
 * Adds one attempt; of two at the same time at least one sees the other. A repeat after a lost answer adds none.
 * @param now epoch milliseconds
 * @returns how many the account has made within a day, this one included
 */
export async function countAttempt(
  dynamo: DynamoDBClient,
  table: string,
  clientId: string,
  now: number,
): Promise<number> {
  const { Attributes } = await dynamo.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { budget: { S: attemptsKey(clientId) } },
      UpdateExpression: 'SET #expires = :expires ADD #attempts :attempt',
      ExpressionAttributeNames: { '#expires': 'expires', '#attempts': 'attempts' },
      ExpressionAttributeValues: {
        ':expires': { N: String(Math.ceil((now + WINDOW) / 1000)) },
        ':attempt': { SS: [`${now} ${randomUUID()}`] },
      },
      ReturnValues: 'ALL_NEW',
    }),
  );
  // Whatever DynamoDB has not deleted yet is older.
  const times = (Attributes?.['attempts']?.SS ?? []).map((attempt) => Number(attempt.split(' ')[0]));
  return times.filter((time) => Math.abs(now - time) < WINDOW).length;
}

function attemptsKey(clientId: string): string {
  return createHash('sha256')
    .update(JSON.stringify(['prohibited', clientId]))
    .digest('base64url');
}
