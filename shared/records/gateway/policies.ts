/** Published packs, each under its hash, and the pointer to the one in force. */

import { gunzipSync, gzipSync } from 'node:zlib';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';

/** What is known of a published pack besides its text. */
export interface Published {
  version: string;
  hash: string;
  /** RFC 3339. */
  at: string;
  /** Log entry of the publication. */
  entry: string;
}

const PACKS = 'pack';
/** Packs that are not published: their programmes are to be counted first. */
const DRAFTS = 'draft';
const POINTER = { part: { S: 'pointer' }, item: { S: 'current' } };

/** @returns the hash of the pack in force, or `null` while nothing was published */
export async function readPointer(dynamo: DynamoDBClient, table: string): Promise<string | null> {
  const command = new GetItemCommand({ TableName: table, Key: POINTER, ConsistentRead: true });
  const { Item } = await dynamo.send(command);
  if (!Item) return null;
  if (!Item['hash']?.S) throw new Error('malformed pointer');
  return Item['hash'].S;
}

/** @returns the pack as JSON text, or `null` when none was published under this hash */
export function readPublished(dynamo: DynamoDBClient, table: string, hash: string): Promise<string | null> {
  return readText(dynamo, table, PACKS, hash);
}

/** Keeps a pack that is not published, for the job that counts its programmes. */
export async function putDraft(
  dynamo: DynamoDBClient,
  table: string,
  hash: string,
  text: string,
): Promise<void> {
  const Item = { part: { S: DRAFTS }, item: { S: hash }, pack: { B: gzipSync(text, { level: 9 }) } };
  await putIf(dynamo, table, Item, 'attribute_not_exists(part)');
}

/** As `readPublished`, of a pack that `putDraft` kept. */
export function readDraft(dynamo: DynamoDBClient, table: string, hash: string): Promise<string | null> {
  return readText(dynamo, table, DRAFTS, hash);
}

async function readText(
  dynamo: DynamoDBClient,
  table: string,
  part: string,
  hash: string,
): Promise<string | null> {
  const Key = { part: { S: part }, item: { S: hash } };
  const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  return Item?.['pack']?.B === undefined ? null : gunzipSync(Item['pack'].B).toString('utf8');
}

/** Every published pack, the text left out. */
export async function listPublished(dynamo: DynamoDBClient, table: string): Promise<Published[]> {
  const found: Published[] = [];
  let start: QueryCommand['input']['ExclusiveStartKey'];
  do {
    const page = await dynamo.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'part = :part',
        ProjectionExpression: 'document',
        ExpressionAttributeValues: { ':part': { S: PACKS } },
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    for (const item of page.Items ?? []) found.push(JSON.parse(item['document']?.S ?? '') as Published);
    start = page.LastEvaluatedKey;
  } while (start);
  return found.sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** Keeps a pack; one that was published before stays as it is. @param text JSON of the compiled pack */
export async function putPublished(
  dynamo: DynamoDBClient,
  table: string,
  published: Published,
  text: string,
): Promise<void> {
  const Item = {
    part: { S: PACKS },
    item: { S: published.hash },
    document: { S: JSON.stringify(published) },
    pack: { B: gzipSync(text, { level: 9 }) },
  };
  await putIf(dynamo, table, Item, 'attribute_not_exists(part)');
}

/**
 * Puts a pack in force.
 * @param before the hash that was in force when this was decided
 * @returns false when it is another by now
 */
export function movePointer(
  dynamo: DynamoDBClient,
  table: string,
  before: string | null,
  { hash, entry, at }: Published,
): Promise<boolean> {
  const Item = { ...POINTER, hash: { S: hash }, entry: { S: entry }, at: { S: at } };
  // A repeat after a lost answer finds its own entry.
  if (before === null)
    return putIf(dynamo, table, Item, 'attribute_not_exists(part) OR entry = :entry', {
      ':entry': Item.entry,
    });
  const values = { ':before': { S: before }, ':entry': Item.entry };
  return putIf(dynamo, table, Item, '#hash = :before OR entry = :entry', values, { '#hash': 'hash' });
}

async function putIf(
  dynamo: DynamoDBClient,
  table: string,
  item: PutItemCommand['input']['Item'],
  condition: string,
  values?: PutItemCommand['input']['ExpressionAttributeValues'],
  names?: Record<string, string>,
): Promise<boolean> {
  try {
    await dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: item,
        ConditionExpression: condition,
        ...(values && { ExpressionAttributeValues: values }),
        ...(names && { ExpressionAttributeNames: names }),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
