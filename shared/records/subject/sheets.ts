/**
 * Stored sheets. Each write has an item of its own whose name contains its digest. So two writers never
 * change each other's bytes, and a reader gets exactly the sheet that the head names.
 */

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { Problem } from '../../errors.ts';
import { asKeyId, asSubjectId, type KeyId, type SubjectId } from '../../ids.ts';
import type { Part } from '../../store/part.ts';
import {
  deleteItem,
  getItem,
  type Item,
  putItem,
  queryAll,
  scanPage,
  type Table,
} from '../../store/table.ts';
import { MARKS } from '../../tables.ts';
import type { Head } from './key-items.ts';

interface StoredManifest {
  keyId: KeyId;
  mac: Uint8Array;
}

/** Hidden tokens by field, see `LeakTokens`. */
export type SheetLeaks = ReadonlyMap<string, readonly string[]>;

/** Since when something is on record without a change: field to hidden token to epoch milliseconds. */
export type SheetMarks = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface StoredSheet {
  owner: string;
  head: Head;
  fields: ReadonlyMap<string, Uint8Array>;
  manifests: ReadonlyMap<string, StoredManifest>;
  /**
   * They are not under the digest. A change of them hides a leak or reports one too many; none opens a field or makes
   * another number match.
   */
  leaks: SheetLeaks;
  /** Likewise. A change lets a consent that ended count again, if its giver is on record. */
  marks: SheetMarks;
}

/**
 * Stored under its digest, so a repeat writes the same bytes. It is not read before a head names it.
 * @param now epoch milliseconds; a sheet that no head names is removed an hour later
 */
export function putSheet(table: Table, subject: SubjectId, sheet: StoredSheet, now: number): Promise<void> {
  return putItem(table, {
    ...keyOf(subject, sheet.owner, sheet.head.digest),
    version: { N: String(sheet.head.version) },
    at: { N: String(now) },
    ...(sheet.leaks.size > 0 && { leaks: { M: toMap(sheet.leaks, (tokens) => ({ SS: [...tokens] })) } }),
    ...(sheet.marks.size > 0 && { marks: { M: toMap(sheet.marks, markItem) } }),
    fields: { M: toMap(sheet.fields, (bytes) => ({ B: bytes })) },
    manifests: {
      M: toMap(sheet.manifests, ({ keyId, mac }) => ({ M: { keyId: { S: keyId }, mac: { B: mac } } })),
    },
  });
}

const markItem = (marks: ReadonlyMap<string, number>): AttributeValue => ({
  M: toMap(marks, (since) => ({ N: String(since) })),
});

/** @returns `null` if there is no such sheet; strongly consistent. A role may be limited to the attributes in `MARKS`. */
export async function readMarksOf(
  table: Table,
  subject: SubjectId,
  owner: string,
  digest: string,
): Promise<SheetMarks | null> {
  const item = await getItem(table, keyOf(subject, owner, digest), MARKS);
  return item && marksOf(item);
}

/** Every stored sheet of the subject, of one owner if given, superseded ones included; strongly consistent. */
export async function querySheets(table: Table, subject: SubjectId, owner?: string): Promise<StoredSheet[]> {
  const items =
    owner === undefined
      ? await queryAll(table, 'subject = :subject', { subject })
      : await queryAll(table, 'subject = :subject AND begins_with(sheet, :start)', {
          subject,
          start: sheetName(owner, ''),
        });
  return items.map((item) => parseSheet(subject, item));
}

/** Removes a superseded sheet, which no head names any more. A failure only leaves bytes that are never read. */
export function deleteSheet(table: Table, subject: SubjectId, owner: string, digest: string): Promise<void> {
  return deleteItem(table, keyOf(subject, owner, digest));
}

function keyOf(subject: SubjectId, owner: string, digest: string): Item {
  return { subject: { S: subject }, sheet: { S: sheetName(owner, digest) } };
}

function sheetName(owner: string, digest: string): string {
  return `${owner}#${digest}`;
}

function parseSheet(subject: SubjectId, item: Item): StoredSheet {
  const [owner, digest, ...more] = (item['sheet']?.S ?? '').split('#');
  if (item['subject']?.S !== subject || !owner || !digest || more.length > 0)
    throw new Problem('INTEGRITY_FAULT');
  return {
    owner,
    head: { version: Number(item['version']?.N), digest },
    fields: fromMap(item['fields'], (value) => value.B ?? new Uint8Array()),
    manifests: fromMap(item['manifests'], (value) => ({
      keyId: asKeyId(value.M?.['keyId']?.S ?? ''),
      mac: value.M?.['mac']?.B ?? new Uint8Array(),
    })),
    leaks: leaksOf(item),
    marks: marksOf(item),
  };
}

function toMap<T>(map: ReadonlyMap<string, T>, encode: (value: T) => AttributeValue): Item {
  return Object.fromEntries([...map].map(([name, value]) => [name, encode(value)]));
}

function fromMap<T>(map: AttributeValue | undefined, decode: (value: AttributeValue) => T): Map<string, T> {
  return new Map(Object.entries(map?.M ?? {}).map(([name, value]) => [name, decode(value)]));
}

/* The sheets table by its keys alone, for functions that remove sheets and read none. */

/** The key of a stored sheet and its age, without its content. */
export interface SheetName {
  subject: SubjectId;
  owner: string;
  digest: string;
  /** Epoch milliseconds of the put. */
  at: number;
  leaks: SheetLeaks;
}

interface SheetPage {
  sheets: SheetName[];
  /** Text for the key after which the next page begins; `null` after the last. */
  next: string | null;
}

/** Some sheets in the order of the table. */
export async function scanSheets(
  table: Table,
  after: string | null,
  limit: number,
  part?: Part,
): Promise<SheetPage> {
  const [subject = '', sheet = ''] = (after ?? '').split(' ');
  const start = after === null ? null : { subject: { S: subject }, sheet: { S: sheet } };
  const { items, last } = await scanPage(table, { after: start, limit, part, project: NAME });
  return { sheets: items.map(nameOf), next: last && `${last['subject']?.S} ${last['sheet']?.S}` };
}

/** Removes every sheet of the subject. May be repeated. @param first what is to be done before with each */
export async function deleteSheets(
  table: Table,
  subject: SubjectId,
  first: (sheet: SheetName) => Promise<void>,
): Promise<void> {
  for (const sheet of await namesOf(table, subject)) {
    await first(sheet);
    await deleteSheet(table, subject, sheet.owner, sheet.digest);
  }
}

/** Every stored sheet of the subject, superseded ones included. */
export async function namesOf(table: Table, subject: SubjectId): Promise<SheetName[]> {
  const items = await queryAll(table, 'subject = :subject', { subject }, { project: NAME });
  return items.map(nameOf);
}

const NAME = ['subject', 'sheet', 'at', 'leaks'] as const;

function leaksOf(item: Item): SheetLeaks {
  return fromMap(item['leaks'], (value) => value.SS ?? []);
}

function marksOf(item: Item): SheetMarks {
  return fromMap(item['marks'], (marks) => fromMap(marks, ({ N: since }) => Number(since)));
}

function nameOf(item: Item): SheetName {
  const [owner = '', digest = ''] = (item['sheet']?.S ?? '').split('#');
  const subject = asSubjectId(item['subject']?.S ?? '');
  return { subject, owner, digest, at: Number(item['at']?.N ?? 0), leaks: leaksOf(item) };
}
