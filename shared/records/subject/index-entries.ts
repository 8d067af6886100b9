/** The blind index: a keyed hash of a match key leads to a subject id. */

import { createHash } from 'node:crypto';
import { encodeParts } from '../../encoding.ts';
import { asSubjectId, type SubjectId } from '../../ids.ts';
import { deleteIf, getItem, type Item, putIf, scanPage, type Table } from '../../store/table.ts';
import { LEAK } from './leak-index.ts';

const keyOf = (index: string) => ({ index: { S: index } });

/** Where an index value leads. */
export interface IndexLead {
  subject: SubjectId;
  /** Whether an agency that does not own the match key claimed it: the owner's write takes it over. */
  provisional: boolean;
}

/** @returns the subject that the index value leads to, or `null`; strongly consistent */
export async function lookUpIndex(table: Table, index: string): Promise<SubjectId | null> {
  return (await readIndex(table, index))?.subject ?? null;
}

/** As `lookUpIndex`, with the kind of the claim. */
export async function readIndex(table: Table, index: string): Promise<IndexLead | null> {
  const item = await getItem(table, keyOf(index));
  if (!item) return null;
  if (item['index']?.S !== index || !item['subject']?.S)
    throw new Error('the store answered for another index value');
  return { subject: asSubjectId(item['subject'].S), provisional: item['provisional']?.BOOL === true };
}

/**
 * The value under which one agency finds again what it wrote under a match key of another department. Only this agency
 * claims it, so no other can take it. It follows from the key's own index value without a call to KMS.
 * @param index of the match key; its version stays in front
 */
export function ownIndex(index: string, agency: string): string {
  const encoded = encodeParts('fieldgate own index v1', index, agency);
  const version = index.slice(0, index.indexOf('.') + 1);
  return version + createHash('sha256').update(encoded).digest('base64url');
}

/**
 * Makes the index value lead to `subject` unless it leads to another already. A claim of the key's owner takes over a
 * provisional one, and a provisional one takes over none. May be repeated.
 * @param now epoch milliseconds; a claim that no key item names is removed an hour later
 * @param from a subject that it may lead to now, if that one was merged into `subject`
 * @returns whether it leads to `subject` now
 */
export function claimIndex(
  table: Table,
  index: string,
  subject: SubjectId,
  now: number,
  from: SubjectId = subject,
  provisional = false,
): Promise<boolean> {
  const item = {
    ...keyOf(index),
    subject: { S: subject },
    at: { N: String(now) },
    ...(provisional && { provisional: { BOOL: true } }),
  };
  const mine = 'subject IN (:subject, :from)';
  const condition = provisional
    ? `attribute_not_exists(subject) OR (attribute_exists(provisional) AND ${mine})`
    : `attribute_not_exists(subject) OR attribute_exists(provisional) OR ${mine}`;
  return putIf(table, item, condition, { ':subject': { S: subject }, ':from': { S: from } });
}

/** Removes the index value if it still leads to `subject`. */
export async function dropIndex(table: Table, index: string, subject: SubjectId): Promise<void> {
  await deleteIf(table, keyOf(index), 'subject = :subject', { ':subject': { S: subject } });
}

export interface IndexClaim {
  index: string;
  subject: SubjectId;
  /** Epoch milliseconds of the claim. */
  at: number;
  provisional: boolean;
}

/** Removes the claim unless it was made again since. */
export function dropClaim(
  table: Table,
  { index, subject, at }: Omit<IndexClaim, 'provisional'>,
): Promise<boolean> {
  return deleteIf(table, keyOf(index), 'subject = :subject AND #at = :at', {
    ':subject': { S: subject },
    ':at': { N: String(at) },
  });
}

/** Some claims in the order of the table, tokens of found texts without people, and the key after which the next page begins; `null` after the last. */
export async function scanClaims(
  table: Table,
  after: string | null,
  limit: number,
): Promise<{ claims: IndexClaim[]; unused: string[]; next: string | null }> {
  const { items, last } = await scanPage(table, { after: after === null ? null : keyOf(after), limit });
  const isToken = (item: Item) => (item['index']?.S ?? '').startsWith(LEAK);
  const unused = items
    .filter((item) => isToken(item) && !item['people'])
    .map((item) => item['index']?.S ?? '');
  const own = items.filter((item) => !isToken(item));
  const claims = own.map((item) => ({
    index: item['index']?.S ?? '',
    subject: asSubjectId(item['subject']?.S ?? ''),
    at: Number(item['at']?.N ?? 0),
    provisional: item['provisional']?.BOOL === true,
  }));
  return { claims, unused, next: last?.['index']?.S ?? null };
}
