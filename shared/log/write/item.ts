/**
 * One item of a writer's chain: the leaves of one append, put once into the log table and never changed.
 * Bytes to be signed carry a domain, so that a signature means one thing only.
 */
import { hash } from 'node:crypto';
import { type AttributeValue, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import canonicalize from 'canonicalize';
import type { Certificate } from '../entry/entry.ts';
import type { SealedEntries } from '../entry/sealed.ts';

export interface LogItem {
  writer: string;
  /** Position in the chain, from 0. */
  seq: number;
  /** RFC 3339 UTC instant of the append, milliseconds. */
  at: string;
  /** Canonical JSON of each leaf. */
  leaves: readonly string[];
  /** `itemHash` over the leaf hashes; the next item's leaves carry it as `previous`. */
  hash: Uint8Array;
  /** The writer's Ed25519 signature over `leafStatement`, one a leaf. */
  signatures: readonly Uint8Array[];
  /** What its leaves commit to; left out where they say all in clear. */
  sealed?: SealedEntries;
}

/** An item is refused above this; DynamoDB's own limit is 400 KB with names and numbers. */
export const ITEM_BYTES: number = 390 * 1024;

const LEAF_DOMAIN = Buffer.from('fieldgate leaf v2\n');
const ITEM_DOMAIN = Buffer.from('fieldgate item v2\n');
const CERTIFICATE_DOMAIN = Buffer.from('fieldgate writer v2\n');

/** SHA-256(domain ‖ leaf hashes in order). The leaves themselves name chain, position and predecessor. */
export function itemHash(leafHashes: readonly Uint8Array[]): Buffer {
  return hash('sha256', Buffer.concat([ITEM_DOMAIN, ...leafHashes]), 'buffer');
}

/** How long a writer's key is good for, in milliseconds. */
export const CERTIFIED_MS = 24 * 3_600_000;

/** What a writer signs for one leaf. */
export function leafStatement(leafHash: Uint8Array): Buffer {
  return Buffer.concat([LEAF_DOMAIN, leafHash]);
}

/** What the gateway's KMS key signs for a writer. */
export function certificateStatement(
  writer: string,
  { key, kinds, name, started, until }: Omit<Certificate, 'signature'>,
): Buffer {
  const text = canonicalize({ key, kinds, name, started, until, writer }) as string;
  return Buffer.concat([CERTIFICATE_DOMAIN, Buffer.from(text)]);
}

/** A writer's id follows from its key, so that no certificate can move to another chain. */
export function writerId(rawKey: Uint8Array): string {
  return hash('sha256', rawKey, 'hex').slice(0, 32);
}

/** Parts that the index of days has of each day, so that no partition takes all writes of a busy log. */
const DAY_PARTS = 4;

/** The part of a UTC day that an item is listed under: `<date>#<part>`, by its writer's last hex digit. */
export function dayOf({ writer, at }: Pick<LogItem, 'writer' | 'at'>): string {
  return `${at.slice(0, 10)}#${Number.parseInt(writer.slice(-1), 16) % DAY_PARTS}`;
}

/** All parts of a UTC day. @param date `YYYY-MM-DD` */
export function daysOf(date: string): string[] {
  return Array.from({ length: DAY_PARTS }, (_, part) => `${date}#${part}`);
}

export function toAttributes(item: LogItem): Record<string, AttributeValue> {
  return {
    writer: { S: item.writer },
    seq: { N: String(item.seq) },
    day: { S: dayOf(item) },
    at: { S: item.at },
    leaves: { L: item.leaves.map((text) => ({ S: text })) },
    hash: { B: item.hash },
    signatures: { L: item.signatures.map((bytes) => ({ B: bytes })) },
    ...(item.sealed && { actors: listOf(item.sealed.actors), persons: listOf(item.sealed.persons) }),
    ...(item.sealed && item.sealed.shared.length > 0 && { shared: listOf(item.sealed.shared) }),
  };
}

function listOf(all: readonly Uint8Array[]): AttributeValue {
  return { L: all.map((B) => ({ B })) };
}

function bytesOf(list: AttributeValue | undefined): Uint8Array[] {
  return (list?.L ?? []).map((one) => one.B ?? new Uint8Array());
}

/** @returns the item as stored, unverified; missing or mistyped attributes become empty ones, which fail. */
export function fromAttributes(attributes: Record<string, AttributeValue>): LogItem {
  return {
    writer: attributes['writer']?.S ?? '',
    seq: Number(attributes['seq']?.N ?? Number.NaN),
    at: attributes['at']?.S ?? '',
    leaves: (attributes['leaves']?.L ?? []).map((one) => one.S ?? ''),
    hash: attributes['hash']?.B ?? new Uint8Array(),
    signatures: bytesOf(attributes['signatures']),
    ...(attributes['actors'] && {
      sealed: {
        actors: bytesOf(attributes['actors']),
        persons: bytesOf(attributes['persons']),
        shared: bytesOf(attributes['shared']),
      },
    }),
  };
}

/** Upper bound of the bytes that DynamoDB counts for the item, without what is sealed. */
export function itemSize(leaves: readonly string[]): number {
  const texts = leaves.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);
  // A signature each.
  return texts + leaves.length * 65 + 512;
}

/* Puts one item of a chain: the one write of an append. */

/**
 * Resolves when it is durable. The client may repeat it after a lost answer: the condition lets the same item
 * pass again and nothing else.
 * @throws whatever the store threw; then the item may be stored or not.
 */
export async function putItem(
  { dynamo, table }: { dynamo: DynamoDBClient; table: string },
  item: LogItem,
): Promise<void> {
  await dynamo.send(
    new PutItemCommand({
      TableName: table,
      Item: toAttributes(item),
      ConditionExpression: 'attribute_not_exists(#key) OR #hash = :mine',
      ExpressionAttributeNames: { '#key': 'writer', '#hash': 'hash' },
      ExpressionAttributeValues: { ':mine': { B: item.hash } },
    }),
  );
}
