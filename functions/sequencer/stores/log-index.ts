/** The index of the log in its table. */

import {
  BatchWriteItemCommand,
  type BatchWriteItemCommandOutput,
  type DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { HOURS, parseHour } from '../../../shared/log/read/hours.ts';
import { type IndexRow, parseIndexed } from '../../../shared/log/read/index-rows.ts';
import { POSITION, readPosition } from '../../../shared/log/read/index-table.ts';
import { getItems, putIf, queryAll, type Table } from '../../../shared/store/table.ts';
import type { LogIndex } from '../deps.ts';

/** DynamoDB's limit for one BatchWriteItem. */
const BATCH = 25;
/** Batches that are written concurrently. */
const AT_ONCE = 64;

export function tableIndex(table: { dynamo: DynamoDBClient; indexTable: string }): LogIndex {
  const { dynamo, indexTable: TableName } = table;
  const index = { client: dynamo, name: TableName };
  return {
    position: () => readPosition(table),
    async find(key, minute) {
      const where = '#key = :key AND begins_with(#place, :minute)';
      const rows = await queryAll(index, where, { key, minute });
      return rows.flatMap(({ entries }) => parseIndexed(minute, entries?.S ?? ''));
    },
    async hours(names) {
      const keys = [...new Set(names)].map((place) => ({ key: { S: HOURS }, place: { S: place } }));
      const items = await getItems(index, keys);
      return new Map(items.map(({ place, entries }) => [place?.S ?? '', parseHour(entries?.S)]));
    },
    async add(all) {
      // A row of counts replaces the one before, so a sequencer that comes late must not put an older one.
      const hours = all.filter(({ key }) => key === HOURS);
      for (let from = 0; from < hours.length; from += AT_ONCE)
        await Promise.all(hours.slice(from, from + AT_ONCE).map((row) => putHour(index, row)));
      const rows = all.filter(({ key }) => key !== HOURS);
      const batches = Array.from({ length: Math.ceil(rows.length / BATCH) }, (_, i) =>
        rows.slice(i * BATCH, (i + 1) * BATCH),
      );
      const work = async () => {
        for (let batch = batches.pop(); batch; batch = batches.pop()) await write(dynamo, TableName, batch);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    },
    advance({ size, until }, from) {
      const values = { ':size': { N: String(size) }, ':until': { N: String(until) } };
      const item = { ...POSITION, size: values[':size'], until: values[':until'], hours: { BOOL: true } };
      const further = '#size < :size OR (#size = :size AND #until <= :until)';
      if (from === 0) return putIf(index, item, `attribute_not_exists(#hours) OR ${further}`, values);
      const reaches = `attribute_exists(#hours) AND #size >= :from AND (${further})`;
      return putIf(index, item, reaches, { ...values, ':from': { N: String(from) } });
    },
  };
}

function putHour(index: Table, { key, place, entries }: IndexRow): Promise<boolean> {
  const size = { N: String(parseHour(entries).size) };
  const item = { key: { S: key }, place: { S: place }, entries: { S: entries }, size };
  return putIf(index, item, 'attribute_not_exists(#key) OR #size <= :size', { ':size': size });
}

async function write(dynamo: DynamoDBClient, table: string, rows: readonly IndexRow[]): Promise<void> {
  let wanted: Record<string, WriteRequest[]> | undefined = {
    [table]: rows.map(({ key, place, entries }) => {
      const row = { key: { S: key }, place: { S: place } };
      return entries === ''
        ? { DeleteRequest: { Key: row } }
        : { PutRequest: { Item: { ...row, entries: { S: entries } } } };
    }),
  };
  for (let pause = 50; wanted && Object.keys(wanted).length > 0; pause *= 2) {
    const answer: BatchWriteItemCommandOutput = await dynamo.send(
      new BatchWriteItemCommand({ RequestItems: wanted }),
    );
    wanted = answer.UnprocessedItems;
    if (!wanted || Object.keys(wanted).length === 0) return;
    // Retries what the table throttled. If that fails, the next step writes the rows again.
    if (pause > 3000) throw new Error('the index of the log takes no more rows');
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
