/**
 * The people whom a leak check found, in the table of claims. Neither the name of the item nor its content reveals
 * the ticket or the people, and only the ticket leads to it.
 */

import type { SubjectId } from '../../ids.ts';
import type { LeakTokens } from '../../keys/leak-tokens.ts';
import type { Table } from '../../store/table.ts';
import { newUpdate } from '../../store/update.ts';

/** Begins the name of every item. */
const TICKET = 'found:';
/** Seconds for which an item without people is kept. */
const KEPT = 86_400;

export interface Ticket {
  collection: string;
  /** Id of the entry of the check. */
  ticket: string;
}

/** May be repeated. @param expires epoch second */
export async function writeTicket(
  table: Table,
  tokens: LeakTokens,
  { collection, ticket }: Ticket,
  people: readonly SubjectId[],
  expires: number,
): Promise<void> {
  const [name] = tokens.of(collection, 'ticket', ticket);
  const update = newUpdate();
  if (people.length > 0) update.add('people', { SS: people.map((one) => tokens.member(name, one)) });
  update.set('until', { N: String(expires) });
  update.set('expires', { N: String(expires + KEPT) });
  await update.send(table, { claim: { S: TICKET + name } });
}

/**
 * By an update, so that a role that may only count can read it.
 * @param now epoch milliseconds
 * @returns none for an unknown ticket, or after its end
 */
export async function readTicket(
  table: Table,
  tokens: LeakTokens,
  { collection, ticket }: Ticket,
  now: number,
): Promise<SubjectId[]> {
  const found: SubjectId[] = [];
  for (const name of tokens.of(collection, 'ticket', ticket)) {
    const update = newUpdate();
    update.setOnce('expires', { N: String(Math.ceil(now / 1000) + KEPT) });
    update.add('asked', 1);
    const item = await update.read(table, { claim: { S: TICKET + name } }, 'ALL_NEW');
    if (Number(item?.['until']?.N ?? 0) <= now / 1000) continue;
    for (const member of item?.['people']?.SS ?? []) {
      const subject = tokens.subject(name, member);
      if (subject !== null) found.push(subject);
    }
  }
  return found;
}
