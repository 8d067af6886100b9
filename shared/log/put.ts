/** Puts one item of a chain, and beside it the words that its leaves commit to. */
import { type AttributeValue, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type LogItem, toAttributes } from './item.ts';
import type { Openings } from './words.ts';

export interface LogTables {
  dynamo: DynamoDBClient;
  table: string;
  wordsTable: string;
}

/**
 * Resolves when both are durable. Either put may be repeated by the client after a lost answer: the
 * condition lets the same item pass again and nothing else.
 * @throws whatever the store threw; then either item may be stored or not.
 */
export async function putItem(tables: LogTables, item: LogItem, openings: Openings): Promise<void> {
  const log = put(tables.dynamo, tables.table, 'writer', toAttributes(item));
  if (openings.size === 0) return void (await log);
  await Promise.all([log, put(tables.dynamo, tables.wordsTable, 'entry', wordsAttributes(item, openings))]);
}

/** Key of the words item of a log item. */
export function wordsKey(writer: string, seq: number): string {
  return `${writer}-${seq}`;
}

async function put(
  dynamo: DynamoDBClient,
  table: string,
  partition: string,
  attributes: Record<string, AttributeValue>,
): Promise<void> {
  await dynamo.send(
    new PutItemCommand({
      TableName: table,
      Item: attributes,
      ConditionExpression: 'attribute_not_exists(#key) OR #hash = :mine',
      ExpressionAttributeNames: { '#key': partition, '#hash': 'hash' },
      ExpressionAttributeValues: { ':mine': attributes.hash as AttributeValue },
    }),
  );
}

function wordsAttributes(item: LogItem, openings: Openings): Record<string, AttributeValue> {
  const entries = [...openings].map(([committed, { kind, salt, word }]) => [
    committed,
    { M: { kind: { S: kind }, salt: { B: salt }, word: { S: word } } },
  ]);
  return {
    entry: { S: wordsKey(item.writer, item.seq) },
    hash: { B: item.hash },
    openings: { M: Object.fromEntries(entries) },
  };
}
