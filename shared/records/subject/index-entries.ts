/** The blind index: a keyed hash of a match key leads to a subject id. */
import { asSubjectId, type SubjectId } from '../../ids.ts';
import { deleteIf, getItem, putIf, scanPage, type Table } from '../../store/table.ts';

const keyOf = (index: string) => ({ index: { S: index } });

/** @returns the subject that the index value leads to, or `null`; strongly consistent */
export async function lookUpIndex(table: Table, index: string): Promise<SubjectId | null> {
  const item = await getItem(table, keyOf(index));
  if (!item) return null;
  if (item['index']?.S !== index || !item['subject']?.S)
    throw new Error('the store answered for another index value');
  return asSubjectId(item['subject'].S);
}

/**
 * Makes the index value lead to `subject` unless it already leads to another. May be repeated.
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
): Promise<boolean> {
  const item = { ...keyOf(index), subject: { S: subject }, at: { N: String(now) } };
  const condition = 'attribute_not_exists(subject) OR subject IN (:subject, :from)';
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
}

/** Removes the claim unless it was renewed since. */
export function dropClaim(table: Table, { index, subject, at }: IndexClaim): Promise<boolean> {
  return deleteIf(table, keyOf(index), 'subject = :subject AND #at = :at', {
    ':subject': { S: subject },
    ':at': { N: String(at) },
  });
}

/** Some claims in the order of the table, and the key after which the next page begins; `null` after the last. */
export async function scanClaims(
  table: Table,
  after: string | null,
  limit: number,
): Promise<{ claims: IndexClaim[]; next: string | null }> {
  const { items, last } = await scanPage(table, { after: after === null ? null : keyOf(after), limit });
  const claims = items.map((item) => ({
    index: item['index']?.S ?? '',
    subject: asSubjectId(item['subject']?.S ?? ''),
    at: Number(item['at']?.N ?? 0),
  }));
  return { claims, next: last?.['index']?.S ?? null };
}
