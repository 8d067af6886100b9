/**
 * The blind index: a keyed hash of a match key leads to a subject id.
 *
 * One person, one record, although a claim here and the commit of a head are two writes that nothing joins. Three rules
 * hold for every schedule of calls that are late, sent twice, or made by an instance that stood still:
 * 1. A claim takes an index value that leads nowhere, or replaces the one lead that its writer read. Each put has a stamp
 *    of its own. So a put that arrives late, or again, replaces nothing that was written since.
 * 2. Before a write commits, it has claimed or renewed each value that it rests on, and it looks up again if one no longer
 *    leads where it did. A renewal changes the stamp.
 * 3. A claim is removed under the stamp under which it was made or found: by its maker, whose record took another key too
 *    late; or after an hour, which no request survives, if no key item names it. Whatever renewed it since keeps it.
 * So from a write's last claim to its commit each of its values leads to its subject, and every other department that
 * looks them up writes to that subject too, although nothing of it is committed. The owner of a key takes a provisional
 * lead only from a record that is committed where the owner may not write.
 */

import { createHash } from 'node:crypto';
import { randomId } from '../../bytes.ts';
import { encodeParts } from '../../encoding.ts';
import { asSubjectId, type SubjectId } from '../../ids.ts';
import type { Part } from '../../store/part.ts';
import { deleteIf, getItem, type Item, putIf, scanPage, type Table } from '../../store/table.ts';
import { isUnused, LEAK } from './leak-index.ts';

const keyOf = (index: string) => ({ index: { S: index } });

/** Where an index value leads. */
export interface IndexLead {
  subject: SubjectId;
  /** Whether an agency that does not own the match key claimed it: the owner's write takes it over. */
  provisional: boolean;
  /** Of the put that made it. */
  stamp: string;
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
  return leadOf(item);
}

function leadOf(item: Item): IndexLead {
  return {
    subject: asSubjectId(item['subject']?.S ?? ''),
    provisional: item['provisional']?.BOOL === true,
    stamp: item['stamp']?.S ?? '',
  };
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

export interface NewLead {
  subject: SubjectId;
  provisional?: boolean;
  /** Epoch milliseconds; a claim that no key item names is removed an hour later. */
  now: number;
}

/**
 * Makes the index value lead to a subject. A repeat of the put after a lost answer counts as the first.
 * @param over what was read there, which the claim may replace: a lead to the subject itself is renewed, a provisional
 * one to another is taken over; with `null` only a value that leads nowhere is claimed
 * @returns the lead that was made; `null` if the value leads elsewhere than was read
 */
export async function claimIndex(
  table: Table,
  index: string,
  { subject, provisional = false, now }: NewLead,
  over: IndexLead | null,
): Promise<IndexLead | null> {
  const lead = { subject, provisional, stamp: randomId() };
  const item = {
    ...keyOf(index),
    subject: { S: subject },
    at: { N: String(now) },
    stamp: { S: lead.stamp },
    ...(provisional && { provisional: { BOOL: true } }),
  };
  const mine = 'stamp = :stamp';
  const values = { ':stamp': { S: lead.stamp }, ...(over && { ':over': { S: over.subject } }) };
  // The owner makes a provisional lead to its subject firm, also if a concurrent write of the owner was first.
  const firmer = over?.subject === subject && over.provisional && !provisional;
  const kind = `attribute_${over?.provisional ? 'exists' : 'not_exists'}(provisional)`;
  const asRead = firmer ? 'subject = :over' : `(subject = :over AND ${kind})`;
  const condition = `${over ? asRead : 'attribute_not_exists(subject)'} OR ${mine}`;
  return (await putIf(table, item, condition, values)) ? lead : null;
}

/** Removes the index value if it still leads to `subject`. */
export async function dropIndex(table: Table, index: string, subject: SubjectId): Promise<void> {
  await deleteIf(table, keyOf(index), 'subject = :subject', { ':subject': { S: subject } });
}

export interface IndexClaim extends IndexLead {
  index: string;
  /** Epoch milliseconds of the claim. */
  at: number;
}

/** Removes the claim unless it was renewed or taken over since. */
export function dropClaim(table: Table, index: string, { subject, stamp }: IndexLead): Promise<boolean> {
  const made = stamp === '' ? 'attribute_not_exists(stamp)' : 'stamp = :stamp';
  return deleteIf(table, keyOf(index), `subject = :subject AND ${made}`, {
    ':subject': { S: subject },
    ...(stamp !== '' && { ':stamp': { S: stamp } }),
  });
}

/** Some claims in the order of the table, tokens of found texts without people, and the key after which the next page begins; `null` after the last. */
export async function scanClaims(
  table: Table,
  after: string | null,
  limit: number,
  part?: Part,
): Promise<{ claims: IndexClaim[]; unused: string[]; next: string | null }> {
  const { items, last } = await scanPage(table, { after: after === null ? null : keyOf(after), limit, part });
  const isToken = (item: Item) => (item['index']?.S ?? '').startsWith(LEAK);
  const unused = items
    .filter((item) => isToken(item) && isUnused(item))
    .map((item) => item['index']?.S ?? '');
  const own = items.filter((item) => !isToken(item));
  const claims = own.map((item) => ({
    ...leadOf(item),
    index: item['index']?.S ?? '',
    at: Number(item['at']?.N ?? 0),
  }));
  return { claims, unused, next: last?.['index']?.S ?? null };
}
