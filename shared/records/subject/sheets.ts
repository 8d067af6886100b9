/**
 * Stored sheets. Each write lies beside its predecessor under a name that holds its digest, so two writers
 * never touch each other's bytes and a reader takes exactly the one that the head names.
 */

import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { Problem } from '../../errors.ts';
import { queryAll } from '../table.ts';
import type { Head } from './key-items.ts';

export interface StoredManifest {
  keyId: string;
  mac: Uint8Array;
}

export interface StoredSheet {
  owner: string;
  head: Head;
  fields: ReadonlyMap<string, Uint8Array>;
  manifests: ReadonlyMap<string, StoredManifest>;
}

/**
 * Put under its digest: a repeat writes the same bytes. Nobody reads it before a head names it.
 * @param now epoch milliseconds; a sheet that no head names is removed an hour later
 */
export async function putSheet(
  dynamo: DynamoDBClient,
  table: string,
  subject: string,
  sheet: StoredSheet,
  now: number,
): Promise<void> {
  await dynamo.send(
    new PutItemCommand({
      TableName: table,
      Item: {
        subject: { S: subject },
        sheet: { S: sheetName(sheet.owner, sheet.head.digest) },
        version: { N: String(sheet.head.version) },
        at: { N: String(now) },
        fields: { M: toMap(sheet.fields, (bytes) => ({ B: bytes })) },
        manifests: {
          M: toMap(sheet.manifests, ({ keyId, mac }) => ({ M: { keyId: { S: keyId }, mac: { B: mac } } })),
        },
      },
    }),
  );
}

/** Every stored sheet of the subject, of one owner if given, superseded ones included; strongly consistent. */
export async function querySheets(
  dynamo: DynamoDBClient,
  table: string,
  subject: string,
  owner?: string,
): Promise<StoredSheet[]> {
  const startOf = owner === undefined ? undefined : { name: 'sheet', text: sheetName(owner, '') };
  return (await queryAll(dynamo, table, subject, startOf)).map((item) => parseSheet(subject, item));
}

/** Removes a superseded sheet. Nothing names it any more; a failure leaves bytes that nobody reads. */
export async function deleteSheet(
  dynamo: DynamoDBClient,
  table: string,
  subject: string,
  owner: string,
  digest: string,
): Promise<void> {
  await dynamo.send(
    new DeleteItemCommand({
      TableName: table,
      Key: { subject: { S: subject }, sheet: { S: sheetName(owner, digest) } },
    }),
  );
}

function sheetName(owner: string, digest: string): string {
  return `${owner}#${digest}`;
}

function parseSheet(subject: string, item: Record<string, AttributeValue>): StoredSheet {
  const [owner, digest, ...more] = (item['sheet']?.S ?? '').split('#');
  if (item['subject']?.S !== subject || !owner || !digest || more.length > 0)
    throw new Problem('INTEGRITY_FAULT');
  return {
    owner,
    head: { version: Number(item['version']?.N), digest },
    fields: fromMap(item['fields'], (value) => value.B ?? new Uint8Array()),
    manifests: fromMap(item['manifests'], (value) => ({
      keyId: value.M?.['keyId']?.S ?? '',
      mac: value.M?.['mac']?.B ?? new Uint8Array(),
    })),
  };
}

function toMap<T>(
  map: ReadonlyMap<string, T>,
  encode: (value: T) => AttributeValue,
): Record<string, AttributeValue> {
  return Object.fromEntries([...map].map(([name, value]) => [name, encode(value)]));
}

function fromMap<T>(map: AttributeValue | undefined, decode: (value: AttributeValue) => T): Map<string, T> {
  return new Map(Object.entries(map?.M ?? {}).map(([name, value]) => [name, decode(value)]));
}

/* The sheets table by its keys alone, for those who remove and never read. */

/** Where a stored sheet lies and since when; its content stays where it is. */
export interface SheetName {
  subject: string;
  owner: string;
  digest: string;
  /** Epoch milliseconds of the put. */
  at: number;
}

export interface SheetPage {
  sheets: SheetName[];
  /** Where the next page begins, as text; `null` after the last. */
  next: string | null;
}

/** Some sheets in the order of the table. */
export async function scanSheets(
  dynamo: DynamoDBClient,
  table: string,
  after: string | null,
  limit: number,
): Promise<SheetPage> {
  const [subject = '', sheet = ''] = (after ?? '').split(' ');
  const page = await dynamo.send(
    new ScanCommand({
      TableName: table,
      ...NAME,
      Limit: limit,
      ...(after !== null && { ExclusiveStartKey: { subject: { S: subject }, sheet: { S: sheet } } }),
    }),
  );
  const last = page.LastEvaluatedKey;
  return {
    sheets: (page.Items ?? []).map(nameOf),
    next: last ? `${last['subject']?.S} ${last['sheet']?.S}` : null,
  };
}

/** Removes every sheet of the subject. May be repeated. */
export async function deleteSheets(dynamo: DynamoDBClient, table: string, subject: string): Promise<void> {
  let next: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        ...NAME,
        KeyConditionExpression: 'subject = :subject',
        ExpressionAttributeValues: { ':subject': { S: subject } },
        ...(next ? { ExclusiveStartKey: next } : {}),
      }),
    );
    const names = (page.Items ?? []).map(nameOf);
    await Promise.all(names.map(({ owner, digest }) => deleteSheet(dynamo, table, subject, owner, digest)));
    next = page.LastEvaluatedKey;
  } while (next);
}

const NAME = {
  ProjectionExpression: 'subject, sheet, #at',
  ExpressionAttributeNames: { '#at': 'at' },
} as const;

function nameOf(item: Record<string, AttributeValue>): SheetName {
  const [owner = '', digest = ''] = (item['sheet']?.S ?? '').split('#');
  return { subject: item['subject']?.S ?? '', owner, digest, at: Number(item['at']?.N ?? 0) };
}
