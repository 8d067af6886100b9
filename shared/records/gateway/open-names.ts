/**
 * Names of what is open in the jobs table, which has no sort key: a scan would read all that is over, too. A name is written
 * before its item and is removed once the item is over for good, so that no open item lacks one.
 */

import { hash } from 'node:crypto';
import { getItems, type Item, type Table } from '../../store/table.ts';
import { newUpdate } from '../../store/update.ts';

type Kind = 'acts' | 'jobs';

/** Rows of each kind: one holds some 4,000 names. */
const ROWS = 16;

const rowOf = (kind: Kind, row: number): Item => ({ job: { S: `open:${kind}:${row}` } });
const rowFor = (kind: Kind, name: string) => rowOf(kind, (hash('sha256', name, 'buffer')[0] ?? 0) % ROWS);

/** @param until epoch second from which the name may be removed if there is no such item */
export async function nameOpen(table: Table, kind: Kind, name: string, until: number): Promise<void> {
  const update = newUpdate();
  update.add('names', { SS: [`${until} ${name}`] });
  await update.send(table, rowFor(kind, name));
}

/**
 * @param keyOf of the item with a name
 * @param isOver whether the item is over for good; `until` of its name, and the item, absent if there is none
 * @returns the items that are not over
 */
export async function openItems(
  table: Table,
  kind: Kind,
  keyOf: (name: string) => Item,
  isOver: (until: number, item: Item | undefined) => boolean,
): Promise<Item[]> {
  const rows = await getItems(
    table,
    Array.from({ length: ROWS }, (_, row) => rowOf(kind, row)),
  );
  const named = rows.flatMap(({ names }) => names?.SS ?? []).map((text) => readName(text));
  const keys = new Map(named.map(({ name }) => [name, keyOf(name)]));
  const items = await getItems(table, [...keys.values()]);
  const found = new Map(items.map((item) => [item['job']?.S, item]));
  const over = named.filter(({ name, until }) => isOver(until, found.get(keys.get(name)?.['job']?.S)));
  await Promise.all(over.map(({ text, name }) => removeName(table, kind, text, name)));
  return items;
}

function readName(text: string): { text: string; until: number; name: string } {
  const space = text.indexOf(' ');
  return { text, until: Number(text.slice(0, space)), name: text.slice(space + 1) };
}

async function removeName(table: Table, kind: Kind, text: string, name: string): Promise<void> {
  const update = newUpdate();
  update.take('names', { SS: [text] });
  await update.send(table, rowFor(kind, name));
}
