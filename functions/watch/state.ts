/** The state of the watch in its own table: its position, the alerts raised and the subjects counted. */
import { readPart } from '../../shared/records/gateway/watch-marks.ts';
import { deleteItem, getItem, type Item, putIf, putItem, type Table } from '../../shared/store/table.ts';
import { newUpdate } from '../../shared/store/update.ts';
import { Work } from '../http/scheduled.ts';

export interface Place {
  part: string;
  item: string;
}

const keyOf = ({ part, item }: Place): Item => ({ part: { S: part }, item: { S: item } });

/** One strongly consistent read. */
export function recall(table: Table, place: Place): Promise<Item | null> {
  return getItem(table, keyOf(place));
}

/** All items of a part. Only small parts are read completely. */
export const recallAll = readPart;

/** What the items of a part hold. One that can't be read is told by its part, and left out: it must not stop the others. */
export async function recallEach<T>(table: Table, part: string, read: (item: Item) => T): Promise<T[]> {
  const work = new Work(`watch ${part}`);
  const all: T[] = [];
  for (const item of await recallAll(table, part)) await work.step(async () => all.push(read(item)));
  return all;
}

/** Puts an item. @param expires epoch seconds */
export function remember(table: Table, place: Place, attributes: Item = {}, expires?: number): Promise<void> {
  const kept = expires === undefined ? {} : { expires: { N: String(Math.ceil(expires)) } };
  return putItem(table, { ...keyOf(place), ...attributes, ...kept });
}

/**
 * Compare-and-swap on one attribute.
 * @param before `null` if the item must not exist
 * @returns whether this call, or an earlier attempt of it, replaced the value
 */
export async function swap(
  table: Table,
  place: Place,
  name: string,
  before: string | null,
  after: string,
): Promise<boolean> {
  const item = { ...keyOf(place), [name]: { S: after } };
  const put =
    before === null
      ? putIf(table, item, 'attribute_not_exists(#part)')
      : putIf(table, item, `#${name} = :before`, { ':before': { S: before } });
  return (await put) || (await recall(table, place))?.[name]?.S === after;
}

/** Adds members to a set. */
export async function addMembers(
  table: Table,
  place: Place,
  members: Iterable<string>,
  expires: number,
): Promise<void> {
  const update = newUpdate();
  update.add('members', { SS: [...members] });
  update.set('expires', { N: String(Math.ceil(expires)) });
  await update.send(table, keyOf(place));
}

export function forget(table: Table, place: Place): Promise<void> {
  return deleteItem(table, keyOf(place));
}
