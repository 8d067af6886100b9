/**
 * Requests as stored: one item each under its id, and rows by which offices find theirs. What was asked never
 * changes; what owners said, and how often was collected, are attributes of their own, so that a role may be kept
 * from either. Each change names the revision or the count that it saw.
 */

import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { Problem } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { ifHeld, newUpdate } from '../table.ts';

/** What a request is made of here; `asked` and `said` are the policy's documents. */
export interface StoredRequest {
  id: string;
  asked: Json;
  said: Json;
  /** Counts the changes of `said`. */
  revision: number;
  collections: number;
  collectedAt: string | null;
}

/** Attributes that a collection changes: a role may be kept to these. */
export const COLLECTION = ['part', 'item', 'revision', 'collections', 'collectedAt'] as const;

const key = (id: string) => ({ part: { S: `request:${id}` }, item: { S: 'request' } });

/** Strongly consistent. @returns `null` when there is none. @throws Problem INTEGRITY_FAULT for what is no request */
export async function readRequest(
  dynamo: DynamoDBClient,
  table: string,
  id: string,
): Promise<StoredRequest | null> {
  const { Item: item } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: key(id), ConsistentRead: true }),
  );
  if (!item) return null;
  const { asked, said, revision, collections, collectedAt } = item;
  if (!asked?.S || !revision?.N || !collections?.N) throw new Problem('INTEGRITY_FAULT');
  return {
    id,
    asked: JSON.parse(asked.S),
    said: JSON.parse(said?.S ?? 'null'),
    revision: Number(revision.N),
    collections: Number(collections.N),
    collectedAt: collectedAt?.S ?? null,
  };
}

/**
 * @param expires epoch second from which it may be forgotten
 * @returns whether there was none of this id
 */
export function putRequest(
  dynamo: DynamoDBClient,
  table: string,
  { id, asked, expires }: { id: string; asked: Json; expires: number },
): Promise<boolean> {
  const Item = {
    ...key(id),
    asked: { S: JSON.stringify(asked) },
    revision: { N: '0' },
    collections: { N: '0' },
    expires: { N: String(Math.ceil(expires)) },
  };
  const ConditionExpression = 'attribute_not_exists(part)';
  return ifHeld(dynamo.send(new PutItemCommand({ TableName: table, Item, ConditionExpression })));
}

/**
 * Puts what was said in the place of what was read.
 * @param expires epoch second from which it may be forgotten
 * @returns whether nothing had changed, collections included
 */
export function putSaid(
  dynamo: DynamoDBClient,
  table: string,
  seen: StoredRequest,
  said: Json,
  expires: number,
): Promise<boolean> {
  const update = newUpdate();
  update.set('expires', { N: String(Math.ceil(expires)) });
  update.set('said', { S: JSON.stringify(said) });
  const revision = `${update.name('revision')} = ${update.value({ N: String(seen.revision) })}`;
  const collections = `${update.name('collections')} = ${update.value({ N: String(seen.collections) })}`;
  update.add('revision', 1);
  return update.send(dynamo, table, key(seen.id), `${revision} AND ${collections}`);
}

/**
 * Counts a collection, unless anything was said since the request was read, or, where it is collected once, anybody
 * collected.
 * @returns whether that was so
 */
export function countCollection(
  dynamo: DynamoDBClient,
  table: string,
  seen: StoredRequest,
  { at, once }: { at: string; once: boolean },
): Promise<boolean> {
  const update = newUpdate();
  update.set('collectedAt', { S: at });
  update.add('collections', 1);
  const revision = `${update.name('revision')} = ${update.value({ N: String(seen.revision) })}`;
  if (!once) return update.send(dynamo, table, key(seen.id), revision);
  const none = `${update.name('collections')} = ${update.value({ N: '0' })}`;
  return update.send(dynamo, table, key(seen.id), `${revision} AND ${none}`);
}

/** Takes a collection back of which nothing was released. */
export async function uncountCollection(
  dynamo: DynamoDBClient,
  table: string,
  { id, collectedAt }: StoredRequest,
  at: string,
): Promise<void> {
  const update = newUpdate();
  if (collectedAt === null) update.remove('collectedAt');
  else update.set('collectedAt', { S: collectedAt });
  update.add('collections', -1);
  const mine = `${update.name('collectedAt')} = ${update.value({ S: at })}`;
  await update.send(dynamo, table, key(id), mine);
}

/** By whom a request is found: `agency:<client id>` that asked, or `department:<code>:<county>` that is asked. */
export async function listRequest(
  dynamo: DynamoDBClient,
  table: string,
  row: { shelf: string; at: string; id: string; expires: number },
): Promise<void> {
  const Item = {
    part: { S: row.shelf },
    item: { S: `${row.at}#${row.id}` },
    expires: { N: String(Math.ceil(row.expires)) },
  };
  await dynamo.send(new PutItemCommand({ TableName: table, Item }));
}

/** @returns ids of one shelf, newest first, each with the key after which to go on */
export async function listRequests(
  dynamo: DynamoDBClient,
  table: string,
  { shelf, before, limit }: { shelf: string; before?: string | undefined; limit: number },
): Promise<{ id: string; key: string }[]> {
  const page = await dynamo.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: before === undefined ? 'part = :part' : 'part = :part AND #item < :before',
      ...(before !== undefined && { ExpressionAttributeNames: { '#item': 'item' } }),
      ExpressionAttributeValues: {
        ':part': { S: shelf },
        ...(before !== undefined && { ':before': { S: before } }),
      },
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  return (page.Items ?? []).map((item: Record<string, AttributeValue>) => {
    const place = item['item']?.S ?? '';
    return { id: place.slice(place.indexOf('#') + 1), key: place };
  });
}
