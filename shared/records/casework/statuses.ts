/**
 * Which places of a status list are taken, and which of them are revoked. A place is taken once and for good:
 * a list serves one month, after which nothing is issued on it.
 */
import {
  type AttributeValue,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { ifHeld } from '../table.ts';
import type { CaseworkItem } from './casework.ts';

export interface StatusPlace {
  list: string;
  index: number;
  /** Epoch second after which the attestation is of no use, and its place of no interest. */
  expires: number;
}

/** Where a list is published, as attestations name it. */
export function statusUri(publicUrl: string, list: string): string {
  return `${publicUrl}/v1/status/${list}`;
}

/** Days that a taken place stays known after its attestation ended: a list takes places for a month at most. */
const KEPT_DAYS = 62;

/** @returns whether the place was free and is now taken */
export function takePlace(dynamo: DynamoDBClient, table: string, place: StatusPlace): Promise<boolean> {
  return ifHeld(
    dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: itemOf('taken', place),
        ConditionExpression: 'attribute_not_exists(#list)',
        ExpressionAttributeNames: { '#list': 'list' },
      }),
    ),
  );
}

/** May be repeated. */
export async function revokePlace(dynamo: DynamoDBClient, table: string, place: StatusPlace): Promise<void> {
  await dynamo.send(new PutItemCommand({ TableName: table, Item: itemOf('revoked', place) }));
}

/** @returns the revoked places of a list; strongly consistent */
export async function revokedPlaces(dynamo: DynamoDBClient, table: string, list: string): Promise<number[]> {
  const indexes: number[] = [];
  let next: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: '#list = :list AND begins_with(#item, :revoked)',
        ExpressionAttributeNames: { '#list': 'list', '#item': 'item' },
        ExpressionAttributeValues: { ':list': { S: list }, ':revoked': { S: 'revoked#' } },
        ...(next ? { ExclusiveStartKey: next } : {}),
      }),
    );
    for (const { item } of page.Items ?? []) indexes.push(Number(item?.S?.split('#')[1]));
    next = page.LastEvaluatedKey;
  } while (next);
  return indexes;
}

/** A stored outcome, as far as its attestation is concerned. */
export interface StoredProof {
  purpose: string;
  recipient: string;
  status?: StatusPlace;
}

/** Kind of casework items that hold outcomes of verifications. */
export const OUTCOME = 'outcome';

/**
 * Revokes the attestations that outcomes among these items name: all, or those for a purpose and recipient.
 * To be called before a consent's withdrawal is answered and before casework is deleted. May be repeated.
 */
export async function revokeProofs(
  dynamo: DynamoDBClient,
  table: string,
  items: readonly CaseworkItem[],
  only?: { purpose: string; recipient: string },
): Promise<void> {
  for (const { kind, document } of items) {
    if (kind !== OUTCOME) continue;
    const { purpose, recipient, status } = document as StoredProof;
    const meant = !only || (only.purpose === purpose && only.recipient === recipient);
    if (meant && status) await revokePlace(dynamo, table, status);
  }
}

function itemOf(
  state: 'taken' | 'revoked',
  { list, index, expires }: StatusPlace,
): Record<string, AttributeValue> {
  return {
    list: { S: list },
    item: { S: `${state}#${index}` },
    expires: { N: String(Math.ceil(expires) + KEPT_DAYS * 86_400) },
  };
}
