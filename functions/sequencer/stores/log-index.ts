/** The index of the log in its table. */

import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  BatchWriteItemCommand,
  type BatchWriteItemCommandOutput,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  type KeysAndAttributes,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { defined } from '../../../shared/defined.ts';
import { asLogId, type LogId } from '../../../shared/ids.ts';
import {
  COUNT_KEY,
  COUNT_PLACE,
  countKey,
  type Indexed,
  type IndexRow,
  parseCounted,
  parseIndexed,
} from '../../../shared/log/read/index-rows.ts';
import { POSITION, readPosition } from '../../../shared/log/read/index-table.ts';
import type { Counted, LogIndex } from '../deps.ts';

/** DynamoDB's limit for one BatchWriteItem. */
const BATCH = 25;
/** DynamoDB's limit for one BatchGetItem. */
const READ = 100;
/** Batches that are written concurrently. */
const AT_ONCE = 16;

export function tableIndex(table: { dynamo: DynamoDBClient; indexTable: string }): LogIndex {
  const { dynamo, indexTable: TableName } = table;
  return {
    position: () => readPosition(table),
    async find(key, minute) {
      const found: Indexed[] = [];
      let start: Record<string, AttributeValue> | undefined;
      do {
        const page: QueryCommandOutput = await dynamo.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: '#key = :key AND begins_with(#place, :minute)',
            ExpressionAttributeNames: { '#key': 'key', '#place': 'place' },
            ExpressionAttributeValues: { ':key': { S: key }, ':minute': { S: minute } },
            ConsistentRead: true,
            ...defined({ ExclusiveStartKey: start }),
          }),
        );
        for (const { entries } of page.Items ?? []) found.push(...parseIndexed(minute, entries?.S ?? ''));
        start = page.LastEvaluatedKey;
      } while (start);
      return found;
    },
    async counts(subjects) {
      const all = [...new Set(subjects)];
      const parts = Array.from({ length: Math.ceil(all.length / READ) }, (_, i) =>
        all.slice(i * READ, (i + 1) * READ),
      );
      const found = await Promise.all(parts.map((some) => readCounts(dynamo, TableName, some)));
      return new Map(found.flat());
    },
    async add(rows) {
      const batches = Array.from({ length: Math.ceil(rows.length / BATCH) }, (_, i) =>
        rows.slice(i * BATCH, (i + 1) * BATCH),
      );
      const work = async () => {
        for (let batch = batches.pop(); batch; batch = batches.pop()) await write(dynamo, TableName, batch);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    },
    async advance({ size, until }) {
      try {
        await dynamo.send(
          new PutItemCommand({
            TableName,
            Item: { ...POSITION, size: { N: String(size) }, until: { N: String(until) } },
            ConditionExpression:
              'attribute_not_exists(#key) OR #size < :size OR (#size = :size AND #until < :until)',
            ExpressionAttributeNames: { '#key': 'key', '#size': 'size', '#until': 'until' },
            ExpressionAttributeValues: { ':size': { N: String(size) }, ':until': { N: String(until) } },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}

async function readCounts(
  dynamo: DynamoDBClient,
  table: string,
  subjects: readonly LogId[],
): Promise<[LogId, Counted][]> {
  const Keys = subjects.map((one) => ({ key: { S: countKey(one) }, place: { S: COUNT_PLACE } }));
  const found: [LogId, Counted][] = [];
  let wanted: Record<string, KeysAndAttributes> | undefined = { [table]: { Keys, ConsistentRead: true } };
  while (wanted && Object.keys(wanted).length > 0) {
    const answer: BatchGetItemCommandOutput = await dynamo.send(
      new BatchGetItemCommand({ RequestItems: wanted }),
    );
    for (const { key, entries } of answer.Responses?.[table] ?? []) {
      found.push([asLogId((key?.S ?? '').slice(COUNT_KEY.length)), parseCounted(entries?.S ?? '')]);
    }
    wanted = answer.UnprocessedKeys;
  }
  return found;
}

async function write(dynamo: DynamoDBClient, table: string, rows: readonly IndexRow[]): Promise<void> {
  let wanted: Record<string, WriteRequest[]> | undefined = {
    [table]: rows.map(({ key, place, entries }) => ({
      PutRequest: { Item: { key: { S: key }, place: { S: place }, entries: { S: entries } } },
    })),
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
