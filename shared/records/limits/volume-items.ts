/** The items in which distinct people are counted: their keys, what they hold, and how a person stands in them. */

import { createHash } from 'node:crypto';
import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

export type Item = Record<string, AttributeValue> | undefined;

/** @param word what names the case, as it was written. Neither agency nor case can be read off it. */
export function matterKey(agency: string, purpose: string, word: string): string {
  return createHash('sha256')
    .update(JSON.stringify(['matter', agency, purpose, fold(word)]))
    .digest('base64url');
}

/** @param day of the pack's calendar. Neither agency nor officer can be read off it. */
export function volumeKey(agency: string, officer: string, day: number): string {
  return createHash('sha256')
    .update(JSON.stringify([agency, fold(officer), day]))
    .digest('base64url');
}

/** @returns tier to the distinct subjects of the day so far. */
export async function readVolume(
  dynamo: DynamoDBClient,
  table: string,
  key: string,
): Promise<ReadonlyMap<string, number>> {
  return countsOf(await readItem(dynamo, table, key));
}

/** Remembers for the day what was told of. */
export async function markTold(
  dynamo: DynamoDBClient,
  table: string,
  key: string,
  marks: readonly string[],
): Promise<void> {
  await dynamo.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { budget: { S: key } },
      UpdateExpression: 'ADD told :marks',
      ExpressionAttributeValues: { ':marks': { SS: [...marks] } },
    }),
  );
}

/** Strongly consistent. */
export async function readItem(dynamo: DynamoDBClient, table: string, key: string): Promise<Item> {
  const command = new GetItemCommand({ TableName: table, Key: { budget: { S: key } }, ConsistentRead: true });
  return (await dynamo.send(command)).Item;
}

export function countsOf(item: Item): Map<string, number> {
  const tiers = Object.entries(item ?? {}).filter(([name]) => name.startsWith('tier-'));
  return new Map(tiers.map(([name, { BS: set }]) => [name.slice(5), set?.length ?? 0]));
}

export function distinct(hashes: readonly Uint8Array[]): Uint8Array[] {
  return [...new Map(hashes.map((hash) => [hex(hash), hash])).values()];
}

function fold(word: string): string {
  return word.normalize('NFKC').toLowerCase().replace(/\s+/gu, '');
}

/** Subject ids are random, so eight bytes of a hash tell nothing and hardly ever meet. */
export function hashOf(key: string, subject: string): Uint8Array {
  return createHash('sha256')
    .update(JSON.stringify([key, subject]))
    .digest()
    .subarray(0, 8);
}

export function setOf(item: Item, tier: string): Uint8Array[] {
  return item?.[`tier-${tier}`]?.BS ?? [];
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
