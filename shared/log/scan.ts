/** Walks the log table newest first, day by day over the index of days. */
import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { Position } from './cursor.ts';
import { dayOf, fromAttributes, type LogItem } from './item.ts';

/** Some items, newest first, and where to go on after the last of them; `null` at the end. */
export interface ScanPage {
  items: LogItem[];
  /** For the first item: how many of its leaves, from the front, are still to be read. */
  left?: number;
  next: Position | null;
}

export interface Span {
  /** Epoch milliseconds, inclusive. */
  from: number;
  /** Epoch milliseconds, exclusive. */
  to: number;
}

/** Items an index query reads at most at once; DynamoDB stops at 1 MB anyway. */
const PAGE_ITEMS = 100;

/** One step back from `position`: one query at most. */
export async function scanBack(
  dynamo: DynamoDBClient,
  table: string,
  span: Span,
  position: Position,
): Promise<ScanPage> {
  if (position.item && position.item.left > 0) return rest(dynamo, table, position, position.item);
  const until = position.item ? position.at : before(position.at);
  const day = dayOf(until);
  const start = position.item && {
    day: { S: day },
    at: { S: position.at },
    writer: { S: position.item.writer },
    seq: { N: String(position.item.seq) },
  };
  const from = new Date(span.from).toISOString();
  if (until < from) return { items: [], next: null };
  const answer = await dynamo.send(
    new QueryCommand({
      TableName: table,
      IndexName: 'byDay',
      KeyConditionExpression: '#day = :day AND #at BETWEEN :from AND :until',
      ExpressionAttributeNames: { '#day': 'day', '#at': 'at' },
      ExpressionAttributeValues: {
        ':day': { S: day },
        ':from': { S: dayOf(from) === day ? from : `${day}T00:00:00.000Z` },
        ':until': { S: until },
      },
      ScanIndexForward: false,
      Limit: PAGE_ITEMS,
      ...(start && { ExclusiveStartKey: start }),
    }),
  );
  const items = (answer.Items ?? []).map(fromAttributes);
  return { items, next: after(answer.LastEvaluatedKey, day, from) };
}

/** The item that a page ended in the middle of. */
async function rest(
  dynamo: DynamoDBClient,
  table: string,
  { at }: Position,
  { writer, seq, left }: NonNullable<Position['item']>,
): Promise<ScanPage> {
  const item = await getItem(dynamo, table, writer, seq);
  const next = { at, item: { writer, seq, left: 0 } };
  // The table is append-only; a cursor that names an item which isn't there just leads on.
  return item && item.at === at ? { items: [item], left, next } : { items: [], next };
}

export async function getItem(
  dynamo: DynamoDBClient,
  table: string,
  writer: string,
  seq: number,
): Promise<LogItem | null> {
  const Key = { writer: { S: writer }, seq: { N: String(seq) } };
  const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  return Item ? fromAttributes(Item) : null;
}

function after(last: Record<string, AttributeValue> | undefined, day: string, from: string): Position | null {
  if (last) {
    const item = { writer: last.writer?.S ?? '', seq: Number(last.seq?.N), left: 0 };
    return { at: last.at?.S ?? '', item };
  }
  // This day is done: go on with what is older than its first instant.
  const midnight = `${day}T00:00:00.000Z`;
  return midnight <= from ? null : { at: midnight };
}

function before(at: string): string {
  return new Date(Date.parse(at) - 1).toISOString();
}
