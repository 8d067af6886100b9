/** Lock, register and places in the table of the tree, and the writers' chains in the log table. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Lock } from '../../../shared/log/files/stores.ts';
import { LOCK_KEY } from '../../../shared/log/read/decided.ts';
import { formatPlaces, type Placed, parsePlaces, placeKey } from '../../../shared/log/read/index-rows.ts';
import { putCounts, readCounts } from '../../../shared/log/read/person-counts.ts';
import { daysOf, fromAttributes } from '../../../shared/log/write/item.ts';
import { readEpochKeys } from '../../../shared/log/write/secret-table.ts';
import { registerWriter } from '../../../shared/log/write/writer.ts';
import { queryFirst } from '../../../shared/store/first.ts';
import {
  deleteItem,
  getItem,
  getItems,
  putIf,
  putItem,
  queryAll,
  queryPages,
  type Table,
} from '../../../shared/store/table.ts';
import { FAULTS, REGISTER } from '../../../shared/tables.ts';
import type { Archive } from '../archive.ts';
import type { Persons, Writers } from '../deps.ts';

/** Milliseconds. */
const DAY = 86_400_000;

interface TreeTables {
  dynamo: DynamoDBClient;
  logTable: string;
  wordsTable: string;
  treeTable: string;
}

/** The lock: one item, read with strong consistency and replaced conditionally. */
export function tableLock({ dynamo, treeTable }: Pick<TreeTables, 'dynamo' | 'treeTable'>): Lock {
  const table = { client: dynamo, name: treeTable };
  const read = async () => (await getItem(table, LOCK_KEY))?.['value']?.S ?? null;
  return {
    read,
    async swap(before, after) {
      const item = { ...LOCK_KEY, value: { S: after } };
      const put =
        before === null
          ? putIf(table, item, 'attribute_not_exists(#part)')
          : putIf(table, item, '#value = :before', { ':before': { S: before } });
      if (await put) return true;
      // If the answer of a put was lost, the client repeats it and meets its own value. The value is a digest of the
      // batch, so any other sequencer that left the same value has decided the same batch.
      return before !== null && (await read()) === after;
    },
  };
}

/** Where a copy has come to. Only one sequencer runs, and a place that is set back costs puts alone. */
export function tableCopied(
  { dynamo, treeTable }: Pick<TreeTables, 'dynamo' | 'treeTable'>,
  item: 'copied' | 'extracted',
): Archive['copied'] {
  const table = { client: dynamo, name: treeTable };
  const key = { part: { S: 'archive' }, item: { S: item } };
  return {
    read: async () => Number((await getItem(table, key))?.['size']?.N ?? 0),
    write: (size) => putItem(table, { ...key, size: { N: String(size) } }),
  };
}

export function tablePersons({ dynamo, treeTable }: Pick<TreeTables, 'dynamo' | 'treeTable'>): Persons {
  const table = { client: dynamo, name: treeTable };
  return {
    counts: (subjects) => readCounts(table, subjects),
    count: (counts) => putCounts(table, counts),
  };
}

/** The chains in the log table, the register and the places. */
export function tableWriters({ dynamo, logTable, wordsTable, treeTable }: TreeTables): Writers {
  const tree = { client: dynamo, name: treeTable };
  const log = { client: dynamo, name: logTable };
  const reported = new Set<string>();
  return {
    async list() {
      const items = await queryAll(tree, '#part = :part', { part: REGISTER });
      return items.map(({ item, since }) => ({ writer: item?.S ?? '', since: Number(since?.N) }));
    },
    forget: (writer) => deleteItem(tree, { part: { S: REGISTER }, item: { S: writer } }),
    async isPlaced(writer) {
      return (await getItem(tree, { part: { S: writer }, item: { S: placeKey(0) } })) !== null;
    },
    async placesOf(writer) {
      const records = await queryAll(tree, '#part = :writer', { writer });
      return new Set(records.flatMap(({ places }) => parsePlaces(places?.S ?? '').map(([seq]) => seq)));
    },
    async storedBetween(from, to) {
      const found = new Set<string>();
      const options = { index: 'byDay', project: ['writer'] };
      const at = new Date(from).toISOString();
      for (let day = from - (from % DAY); day <= to; day += DAY)
        for (const part of daysOf(new Date(day).toISOString().slice(0, 10)))
          for await (const items of queryPages(log, '#day = :day AND #at >= :at', { day: part, at }, options))
            for (const { writer } of items) found.add(writer?.S ?? '');
      return found;
    },
    register: (writer, since) => registerWriter({ dynamo, treeTable }, writer, since),
    async itemsAfter(writer, seq, limit) {
      const after = { writer, seq: { N: String(seq) } };
      const items = await queryFirst(log, '#writer = :writer AND #seq > :seq', after, { limit });
      return items.filter(({ closed }) => !closed).map(fromAttributes);
    },
    async stored(asked) {
      const keys = asked.map(({ writer, seq }) => ({ writer: { S: writer }, seq: { N: String(seq) } }));
      const items = await getItems(log, keys);
      return new Set(items.map(({ writer }) => writer?.S ?? ''));
    },
    secrets: (epochs) => readEpochKeys({ dynamo, wordsTable }, epochs),
    async retire(writer, seq) {
      // With this item no put at its `seq` passes its condition, and a writer needs that `seq` to continue.
      const item = { writer: { S: writer }, seq: { N: String(seq) }, closed: { BOOL: true } };
      const free = 'attribute_not_exists(#writer) OR #closed = :closed';
      return putIf(log, item, free, { ':closed': item.closed });
    },
    async report(faults) {
      for (const { entry, fault } of faults) {
        if (reported.has(entry)) continue;
        const item = { part: { S: FAULTS }, item: { S: entry }, fault: { S: fault } };
        await putIf(tree, item, 'attribute_not_exists(#part)');
        reported.add(entry);
      }
    },
    async place(placed) {
      const byWriter = Map.groupBy(placed, ({ writer }) => writer);
      await Promise.all([...byWriter].map(([writer, items]) => placeOne(tree, writer, items)));
    },
  };
}

/** @throws Error if the items have another place already. */
async function placeOne(tree: Table, writer: string, items: readonly Placed[]): Promise<void> {
  const places = { S: formatPlaces(items) };
  const item = { part: { S: writer }, item: { S: placeKey(items[0]?.seq ?? 0) }, places };
  const own = 'attribute_not_exists(#part) OR #places = :places';
  const stored = await putIf(tree, item, own, { ':places': places });
  if (!stored) throw new Error('an item of the log has two places');
}
