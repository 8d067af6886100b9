/** Items that are read in one turn of the event loop, in one call. */

import { getItem, getItems, type Item, type Table } from './table.ts';

interface Reader {
  key: Item;
  done(item: Item | null): void;
  fail(error: unknown): void;
}

/** @returns the table with `getItem` that waits for the other reads of the turn; strongly consistent, as it is alone */
export function gathered(table: Table): Table {
  let waiting: Reader[] = [];
  const send = async () => {
    const readers = waiting;
    waiting = [];
    try {
      const items = await readAll(table, [...new Map(readers.map(({ key }) => [textOf(key), key])).values()]);
      for (const { key, done } of readers) done(items.get(textOf(key)) ?? null);
    } catch (error) {
      for (const { fail } of readers) fail(error);
    }
  };
  return {
    ...table,
    read: (key) =>
      new Promise((done, fail) => {
        if (waiting.length === 0) setImmediate(send);
        waiting.push({ key, done, fail });
      }),
  };
}

/** @returns items by the text of their key */
async function readAll(table: Table, keys: readonly Item[]): Promise<Map<string, Item | null>> {
  const [only] = keys;
  if (keys.length === 1 && only) return new Map([[textOf(only), await getItem(table, only)]]);
  const names = Object.keys(only ?? {});
  const items = await getItems(table, keys);
  return new Map(
    items.map((item) => [textOf(Object.fromEntries(names.map((name) => [name, item[name]]))), item]),
  );
}

const textOf = (key: object) => JSON.stringify(key);
