/**
 * How many entries of each person are in the tree. The log commits to these numbers, so they are in the table of the tree
 * and not in that of the index, which can be made again from the log.
 */
import { asLogId, type LogId } from '../../ids.ts';
import { deleteItem, getItems, type Item, putIf, type Table } from '../../store/table.ts';
import { COUNTS } from '../../tables.ts';

/** The number of a person's entries in the tree up to and including the leaf at an index. */
export interface Counted {
  n: number;
  last: number;
}

/** Items that are put concurrently. */
const AT_ONCE = 64;

const keyOf = (subject: LogId) =>
  ({ part: { S: `${COUNTS}${subject}` }, item: { S: 'count' } }) satisfies Item;

/** @returns the counts by log id; persons without entries are left out */
export async function readCounts(
  tree: Table,
  subjects: Iterable<LogId>,
): Promise<ReadonlyMap<LogId, Counted>> {
  const items = await getItems(tree, [...new Set(subjects)].map(keyOf));
  return new Map(
    items.map(({ part, n, last }) => [
      asLogId((part?.S ?? '').slice(COUNTS.length)),
      { n: Number(n?.N), last: Number(last?.N) },
    ]),
  );
}

/** Stores counts. May be repeated: a sequencer that comes late replaces no later count. */
export async function putCounts(tree: Table, counts: Iterable<readonly [LogId, Counted]>): Promise<void> {
  const waiting = [...counts];
  const work = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) await putCount(tree, ...next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function putCount(tree: Table, subject: LogId, { n, last }: Counted): Promise<void> {
  const item = { ...keyOf(subject), n: { N: String(n) }, last: { N: String(last) } };
  await putIf(tree, item, 'attribute_not_exists(#part) OR #last <= :last', { ':last': item.last });
}

/** May be repeated. */
export function dropCount(tree: Table, subject: LogId): Promise<void> {
  return deleteItem(tree, keyOf(subject));
}
