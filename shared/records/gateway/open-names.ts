/**
 * Names of what is open in the jobs table, which has no sort key: a scan would read all that is over, too. A name is written
 * before its item and is removed once the item is over for good, so that no open item lacks one.
 */

import { hash } from 'node:crypto';
import { getItem, getItems, type Item, type Table } from '../../store/table.ts';
import { newUpdate } from '../../store/update.ts';

type Kind = 'acts' | 'jobs';

/**
 * Names of the first row. Most of the time it holds all, so that a look each minute is one read. More names go to the other
 * rows, which are looked at from then on.
 */
const FIRST = 200;
/** Further rows of each kind: one holds some 4,000 names. */
const ROWS = 16;

const firstOf = (kind: Kind): Item => ({ job: { S: `open:${kind}` } });
const rowOf = (kind: Kind, row: number): Item => ({ job: { S: `open:${kind}:${row}` } });
const rowFor = (kind: Kind, name: string) => rowOf(kind, (hash('sha256', name, 'buffer')[0] ?? 0) % ROWS);

/** @param until epoch second from which the name may be removed if there is no such item */
export async function nameOpen(table: Table, kind: Kind, name: string, until: number): Promise<void> {
  const add = () => {
    const update = newUpdate();
    update.add('names', { SS: [`${until} ${name}`] });
    return update;
  };
  const first = add();
  const names = first.name('names');
  const hasRoom = `attribute_not_exists(${names}) OR size(${names}) < ${first.value({ N: String(FIRST) })}`;
  if (await first.send(table, firstOf(kind), hasRoom)) return;
  // Before the name, so that no name is in a row at which no process looks. It is never unset.
  await sayMore(table, kind, true);
  await add().send(table, rowFor(kind, name));
}

async function sayMore(table: Table, kind: Kind, more: boolean): Promise<void> {
  const update = newUpdate();
  const name = update.name('more');
  update.set('more', { BOOL: more });
  await update.send(table, firstOf(kind), more ? undefined : `attribute_not_exists(${name})`);
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
  const rows = await readRows(table, kind);
  const named = rows.flatMap(({ job, names }) =>
    (names?.SS ?? []).map((text) => ({ job, ...readName(text) })),
  );
  const keys = new Map(named.map(({ name }) => [name, keyOf(name)]));
  const items = await getItems(table, [...keys.values()]);
  const found = new Map(items.map((item) => [item['job']?.S, item]));
  const over = named.filter(({ name, until }) => isOver(until, found.get(keys.get(name)?.['job']?.S)));
  await Promise.all(
    over.map(async ({ job, text }) => {
      const update = newUpdate();
      update.take('names', { SS: [text] });
      await update.send(table, { job } as Item);
    }),
  );
  return items;
}

/** All rows that may hold a name. */
async function readRows(table: Table, kind: Kind): Promise<Item[]> {
  const first = await getItem(table, firstOf(kind));
  if (first?.['more']?.BOOL === false) return [first];
  const others = await getItems(
    table,
    Array.from({ length: ROWS }, (_, row) => rowOf(kind, row)),
  );
  // Rows of a version without a first one may hold names.
  if (first?.['more'] === undefined)
    await sayMore(
      table,
      kind,
      others.some(({ names }) => names !== undefined),
    );
  return first ? [first, ...others] : others;
}

function readName(text: string): { text: string; until: number; name: string } {
  const space = text.indexOf(' ');
  return { text, until: Number(text.slice(0, space)), name: text.slice(space + 1) };
}
