/** Attempts at a prohibited use, for as long as a second one counts. */

import { createHash, randomUUID } from 'node:crypto';
import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

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
  const times = (Attributes?.attempts?.SS ?? []).map((attempt) => Number(attempt.split(' ')[0]));
  return times.filter((time) => Math.abs(now - time) < WINDOW).length;
}

function attemptsKey(clientId: string): string {
  return createHash('sha256')
    .update(JSON.stringify(['prohibited', clientId]))
    .digest('base64url');
}
