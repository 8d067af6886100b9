/** What a leak check found, in the table of claims, under a name and as members that reveal nothing. */

import type { Table } from '../../store/table.ts';
import { newUpdate } from '../../store/update.ts';

/** Begins the name of every item. */
const TICKET = 'found:';
/** Seconds for which an item is kept after its end, or without people. */
const KEPT = 86_400;

/** May be repeated. @param until epoch second */
export async function writeTicket(
  table: Table,
  name: string,
  members: readonly string[],
  until: number,
): Promise<void> {
  const update = newUpdate();
  if (members.length > 0) update.add('people', { SS: [...members] });
  update.set('until', { N: String(until) });
  update.set('expires', { N: String(until + KEPT) });
  await update.send(table, { claim: { S: TICKET + name } });
}

/**
 * By an update, so that a role that may only count can read it.
 * @param now epoch milliseconds
 * @returns none for an unknown ticket, or after its end
 */
export async function readTicket(table: Table, name: string, now: number): Promise<readonly string[]> {
  const update = newUpdate();
  update.setOnce('expires', { N: String(Math.ceil(now / 1000) + KEPT) });
  update.add('asked', 1);
  const item = await update.read(table, { claim: { S: TICKET + name } }, 'ALL_NEW');
  return Number(item?.['until']?.N ?? 0) > now / 1000 ? (item?.['people']?.SS ?? []) : [];
}
