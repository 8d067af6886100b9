/**
 * Reviews that an agency owes: a row for each release that somebody else must look at, put before anything of it is
 * opened and gone once it was reviewed. They lie beside the requests, sorted by when they are due.
 */

import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { Json } from '../../json.ts';

export interface OwedReview {
  /** The agency whose release it was. */
  agency: string;
  /** RFC 3339. */
  due: string;
  /** The log entry of the attempt, which the decision names. */
  about: string;
  /** What the reviewer must know, in codes and ids. */
  details: Json;
}

const shelfOf = (agency: string) => `review:${agency}`;
const keyOf = ({ agency, due, about }: Pick<OwedReview, 'agency' | 'due' | 'about'>) => ({
  part: { S: shelfOf(agency) },
  item: { S: `${due}#${about}` },
});

/** May be repeated. */
export async function oweReview(dynamo: DynamoDBClient, table: string, review: OwedReview): Promise<void> {
  const Item = { ...keyOf(review), details: { S: JSON.stringify(review.details) } };
  await dynamo.send(new PutItemCommand({ TableName: table, Item }));
}

/** Whether the agency owes a review that was due before `now` (RFC 3339). Strongly consistent. */
export async function owesReview(
  dynamo: DynamoDBClient,
  table: string,
  agency: string,
  now: string,
): Promise<boolean> {
  const { Items: items = [] } = await dynamo.send(
    new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'part = :part AND #item < :now',
      ExpressionAttributeNames: { '#item': 'item' },
      ExpressionAttributeValues: { ':part': { S: shelfOf(agency) }, ':now': { S: now } },
      Limit: 1,
    }),
  );
  return items.length > 0;
}

/** @returns the row, or `null` when it was reviewed, or never owed */
export async function readReview(
  dynamo: DynamoDBClient,
  table: string,
  review: Pick<OwedReview, 'agency' | 'due' | 'about'>,
): Promise<OwedReview | null> {
  const { Item: item } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: keyOf(review), ConsistentRead: true }),
  );
  const { agency, due, about } = review;
  return item ? { agency, due, about, details: JSON.parse(text(item['details'])) } : null;
}

/** May be repeated. */
export async function closeReview(
  dynamo: DynamoDBClient,
  table: string,
  review: Pick<OwedReview, 'agency' | 'due' | 'about'>,
): Promise<void> {
  await dynamo.send(new DeleteItemCommand({ TableName: table, Key: keyOf(review) }));
}

function text(value: AttributeValue | undefined): string {
  return value?.S ?? 'null';
}
