/**
 * One item of a writer's chain: the leaves of one append, put once into the log table and never changed.
 * Signed bytes start with a domain, so that a signature has one meaning only.
 */

import { hash } from 'node:crypto';
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import canonicalize from 'canonicalize';
import { putIf } from '../../store/table.ts';
import type { Certificate } from '../entry/entry.ts';
import { closedText, entryId } from '../entry/leaf.ts';
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
  /** The writer's Ed25519 signatures over `leafStatement`, one for each leaf. */
  signatures: readonly Uint8Array[];
  /** The sealed entries of its leaves; absent if all leaves are in clear. */
  sealed?: SealedEntries;
}

/** Maximum size of an item. DynamoDB's own limit is 400 KB with names and numbers. */
export const ITEM_BYTES: number = 390 * 1024;

const LEAF_DOMAIN = Buffer.from('fieldgate leaf v2\n');
const ITEM_DOMAIN = Buffer.from('fieldgate item v2\n');
const CERTIFICATE_DOMAIN = Buffer.from('fieldgate writer v2\n');

/** SHA-256(domain ‖ leaf hashes in order). The leaves themselves name chain, position and predecessor. */
export function itemHash(leafHashes: readonly Uint8Array[]): Buffer {
  return hash('sha256', Buffer.concat([ITEM_DOMAIN, ...leafHashes]), 'buffer');
}

/** Validity of a writer's key in milliseconds. */
export const CERTIFIED_MS = 24 * 3_600_000;

/** Milliseconds by which an item may be dated before an earlier one of its chain, since clocks are set back a little. */
export const BACK_MS = 60_000;

/** The statement that a writer signs for one leaf. */
export function leafStatement(leafHash: Uint8Array): Buffer {
  return Buffer.concat([LEAF_DOMAIN, leafHash]);
}

/** The statement that the function's writer key in KMS signs for a writer. */
export function certificateStatement(
  writer: string,
  { build, key, kinds, name, started, until }: Omit<Certificate, 'signature'>,
): Buffer {
  const text = canonicalize({ build, key, kinds, name, started, until, writer }) as string;
  return Buffer.concat([CERTIFICATE_DOMAIN, Buffer.from(text)]);
}

/** A writer's id is derived from its key, so that a certificate can't be moved to another chain. */
export function writerId(rawKey: Uint8Array): string {
  return hash('sha256', rawKey, 'hex').slice(0, 32);
}

/**
 * Parts of each day in the index of days, so that the writes of a busy log are spread over partitions. May become a multiple,
 * up to 256: for readers first, and for writers in a second deployment.
 */
const DAY_PARTS = 4;

/** The part of a UTC day that lists an item: `<date>#<part>`, by the end of its writer's id. */
export function dayOf({ writer, at }: Pick<LogItem, 'writer' | 'at'>, parts = DAY_PARTS): string {
  return `${at.slice(0, 10)}#${Number.parseInt(writer.slice(-2), 16) % parts}`;
}

/** All parts of a UTC day. @param date `YYYY-MM-DD` */
export function daysOf(date: string, parts = DAY_PARTS): string[] {
  return Array.from({ length: parts }, (_, part) => `${date}#${part}`);
}

/**
 * A leaf as the table holds it: of one that names no kind only the commitments, because all else in it is in the item.
 * That is a third of its bytes less, and DynamoDB bills each kilobyte.
 */
function shortened(item: LogItem, previous: string, text: string, leaf: number): AttributeValue {
  const committed = /^\{"committed":"([^"]*)"/.exec(text)?.[1] ?? '';
  return closedLeaf(item, previous, committed, leaf) === text
    ? { B: Buffer.from(committed, 'base64') }
    : { S: text };
}

function closedLeaf(
  { writer, seq, at: time }: Pick<LogItem, 'writer' | 'seq' | 'at'>,
  previous: string,
  committed: string,
  leaf: number,
): string {
  return closedText({ committed, id: entryId({ writer, seq, leaf }), leaf, previous, seq, time, writer });
}

export function toAttributes(item: LogItem): Record<string, AttributeValue> {
  const previous = /"previous":"([^"]*)"/.exec(item.leaves[0] ?? '')?.[1] ?? '';
  return {
    writer: { S: item.writer },
    seq: { N: String(item.seq) },
    day: { S: dayOf(item) },
    at: { S: item.at },
    previous: { B: Buffer.from(previous, 'base64') },
    leaves: { L: item.leaves.map((text, leaf) => shortened(item, previous, text, leaf)) },
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

function base64Of(value: AttributeValue | undefined): string {
  return Buffer.from(value?.B ?? []).toString('base64');
}

/** @returns the item as stored, unverified. Missing or mistyped attributes become empty, which fails verification. */
export function fromAttributes(attributes: Record<string, AttributeValue>): LogItem {
  const place = {
    writer: attributes['writer']?.S ?? '',
    seq: Number(attributes['seq']?.N ?? Number.NaN),
    at: attributes['at']?.S ?? '',
  };
  const previous = base64Of(attributes['previous']);
  return {
    ...place,
    leaves: (attributes['leaves']?.L ?? []).map((one, leaf) =>
      one.B ? closedLeaf(place, previous, base64Of(one), leaf) : (one.S ?? ''),
    ),
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

/** Upper bound of the item's size as DynamoDB counts it, without the sealed entries. */
export function itemSize(leaves: readonly string[]): number {
  const texts = leaves.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);
  // Each leaf has a signature.
  return texts + leaves.length * 65 + 512;
}

/* Puts one item of a chain, the only write of an append. */

/**
 * Resolves when the item is durable. The client may repeat it after a lost answer: the condition accepts the
 * same item again and no other.
 * @throws the store's error; the item may then be stored or not.
 */
export async function putItem(
  { dynamo, table }: { dynamo: DynamoDBClient; table: string },
  item: LogItem,
): Promise<void> {
  const free = 'attribute_not_exists(#writer) OR #hash = :hash';
  const put = putIf({ client: dynamo, name: table }, toAttributes(item), free, { ':hash': { B: item.hash } });
  if (!(await put)) throw new Error('another item is stored at this place');
}
