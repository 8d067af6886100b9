/** Counters that several instances share, each limited by the write itself. */

import { hash, randomUUID } from 'node:crypto';
import type { ClientId } from '../../ids.ts';
import type { Table } from '../../store/table.ts';
import { newUpdate } from '../../store/update.ts';

export interface Counting {
  /** Key of the item that holds the counters. */
  name: string;
  /** Counter to its increment. */
  add: Readonly<Record<string, number>>;
  /** Counter to its limit: the value must be below it before the increment. */
  below?: Readonly<Record<string, number>>;
  /** Epoch second from which the counters are not needed. */
  expires: number;
  /** Keeps this id, by which the count may be taken back once. */
  mark?: string;
  /** Forgets the id: the count stays. */
  settled?: string;
}

/**
 * Adds to all counters, or to none if one has reached its limit. A repeat after a lost answer adds twice, which only
 * limits sooner.
 * @returns all counters of the item as they are now, or `null`
 */
export async function count(
  table: Table,
  { name, add, below = {}, expires, mark, settled }: Counting,
): Promise<ReadonlyMap<string, number> | null> {
  const update = newUpdate();
  update.set('expires', { N: String(Math.ceil(expires)) });
  for (const [counter, n] of Object.entries(add)) update.add(PREFIX + counter, n);
  if (mark !== undefined) update.add(MARKS, { SS: [mark] });
  if (settled !== undefined) update.take(MARKS, { SS: [settled] });
  const conditions = Object.entries(below).map(([counter, n]) => {
    const attribute = update.name(PREFIX + counter);
    return `(attribute_not_exists(${attribute}) OR ${attribute} < ${update.value({ N: String(n) })})`;
  });
  const condition = conditions.join(' AND ') || undefined;
  const item = await update.read(table, { claim: { S: name } }, 'ALL_NEW', condition);
  if (!item) return null;
  return new Map(
    Object.entries(item).flatMap(([attribute, { N: n }]) =>
      attribute.startsWith(PREFIX) ? [[attribute.slice(PREFIX.length), Number(n)] as const] : [],
    ),
  );
}

const PREFIX = 'n.';
/** Ids of counts that may be taken back. */
const MARKS = 'marks';

/**
 * Adds what takes the count back that was marked with this id: once, however often it is repeated, and not if it was never
 * made or is settled.
 */
export async function takeBack(
  table: Table,
  { name, add, expires }: Omit<Counting, 'below' | 'mark' | 'settled'>,
  id: string,
): Promise<void> {
  const update = newUpdate();
  update.set('expires', { N: String(Math.ceil(expires)) });
  for (const [counter, n] of Object.entries(add)) update.add(PREFIX + counter, n);
  update.take(MARKS, { SS: [id] });
  const known = `contains(${update.name(MARKS)}, ${update.value({ S: id })})`;
  await update.send(table, { claim: { S: name } }, known);
}

/** The ids of counts that were neither taken back nor settled. */
export async function marksOf(
  table: Table,
  { name, expires }: Pick<Counting, 'name' | 'expires'>,
): Promise<readonly string[]> {
  const update = newUpdate();
  update.set('expires', { N: String(Math.ceil(expires)) });
  return (await update.read(table, { claim: { S: name } }, 'ALL_NEW'))?.[MARKS]?.SS ?? [];
}

/* Attempts at a prohibited use, for as long as they count towards an alert. */

/** How long an attempt is remembered, in milliseconds. */
const WINDOW = 24 * 3_600_000;

/**
 * Adds one attempt. Of two concurrent ones at least one sees the other. A repeat after a lost answer adds
 * none.
 * @param now epoch milliseconds
 * @returns the attempts of the account within a day, including this one
 */
export async function countAttempt(table: Table, clientId: ClientId, now: number): Promise<number> {
  const update = newUpdate();
  update.set('expires', { N: String(Math.ceil((now + WINDOW) / 1000)) });
  update.add('attempts', { SS: [`${now} ${randomUUID()}`] });
  const item = await update.read(table, { budget: { S: attemptsKey(clientId) } }, 'ALL_NEW');
  // DynamoDB deletes late, so older attempts may still be there.
  const times = (item?.['attempts']?.SS ?? []).map((attempt) => Number(attempt.split(' ')[0]));
  return times.filter((time) => Math.abs(now - time) < WINDOW).length;
}

function attemptsKey(clientId: ClientId): string {
  return hash('sha256', JSON.stringify(['prohibited', clientId]), 'base64url');
}
