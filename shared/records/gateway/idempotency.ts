/** Idempotency keys: a repeated request gets the answer of the first, a different one under the same key none. */

import { gunzipSync, gzipSync } from 'node:zlib';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';

const KEPT_SECONDS = 86_400;
/** A claim without an answer after this long was left by a process that died; the request may run again. */
const ABANDONED_SECONDS = 60;

export interface IdempotentRequest {
  /** Unique per caller and key. */
  claim: string;
  /** Digest of the request. */
  request: string;
  now: number;
}

export type Claimed =
  | { state: 'new' }
  | { state: 'busy' }
  | { state: 'other' }
  | { state: 'done'; answer: string };

/**
 * Claims the key for this request.
 * @returns `new` when it is now ours; `done` with the stored answer; `busy` while the first request runs;
 * `other` when the key was used for another request
 */
export async function claimRequest(
  dynamo: DynamoDBClient,
  table: string,
  { claim, request, now }: IdempotentRequest,
): Promise<Claimed> {
  const seconds = Math.floor(now / 1000);
  try {
    await dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          claim: { S: claim },
          request: { S: request },
          since: { N: String(seconds) },
          expires: { N: String(seconds + KEPT_SECONDS) },
        },
        ConditionExpression:
          'attribute_not_exists(claim) OR expires < :now OR (#request = :request AND attribute_not_exists(answer) AND since < :abandoned)',
        // The name is one of DynamoDB's reserved words.
        ExpressionAttributeNames: { '#request': 'request' },
        ExpressionAttributeValues: {
          ':now': { N: String(seconds) },
          ':request': { S: request },
          ':abandoned': { N: String(seconds - ABANDONED_SECONDS) },
        },
      }),
    );
    return { state: 'new' };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
  const { Item: item } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: { claim: { S: claim } }, ConsistentRead: true }),
  );
  if (item?.['request']?.S !== request) return { state: 'other' };
  const stored = item['answer']?.B;
  return stored === undefined
    ? { state: 'busy' }
    : { state: 'done', answer: gunzipSync(stored).toString('utf8') };
}

/** Keeps the answer for a day. */
export async function storeAnswer(
  dynamo: DynamoDBClient,
  table: string,
  { claim, request, now }: IdempotentRequest,
  answer: string,
): Promise<void> {
  const seconds = Math.floor(now / 1000);
  await dynamo.send(
    new PutItemCommand({
      TableName: table,
      Item: {
        claim: { S: claim },
        request: { S: request },
        // The answer to 500 records can be larger than an item may be, and is made of the same few words.
        answer: { B: gzipSync(answer) },
        since: { N: String(seconds) },
        expires: { N: String(seconds + KEPT_SECONDS) },
      },
    }),
  );
}

/** Gives the key back after a failure, so that the caller may try again at once. */
export async function releaseRequest(dynamo: DynamoDBClient, table: string, claim: string): Promise<void> {
  await dynamo.send(new DeleteItemCommand({ TableName: table, Key: { claim: { S: claim } } }));
}
