/** Maintenance jobs: what is to be done and how far it is. One process at a time works on a job, by lease. */
import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { newUpdate } from '../table.ts';

export interface Job {
  id: string;
  kind: string;
  class: string | null;
  /** Who started it, for its log entries: JSON of the caller's making. */
  actor: string;
  state: 'running' | 'done';
  /** `null` until the items are counted. */
  total: number | null;
  done: number;
  changed: number;
  failed: number;
  /** Code of what it stands still for; `null` while it goes on. */
  problem: string | null;
  /** Epoch milliseconds. */
  started: number;
  updated: number;
  /** Which of the tables it goes through it is at, and after which item there. */
  stage: number;
  cursor: string | null;
  /** What a job that adds up has so far, sealed; it moves with the cursor. */
  sum?: string | null;
}

/** How long a process has a job to itself without a sign of life, in milliseconds. */
export const LEASE_MS = 20_000;
/** How long a job that is done can be asked for, in seconds. */
const KEPT_SECONDS = 30 * 86_400;

export async function putJob(dynamo: DynamoDBClient, table: string, job: Job): Promise<void> {
  await dynamo.send(
    new PutItemCommand({
      TableName: table,
      Item: {
        job: { S: job.id },
        state: { S: job.state },
        lease: { N: '0' },
        document: { S: JSON.stringify(job) },
      },
    }),
  );
}

/** @returns `null` when there is no such job */
export async function readJob(dynamo: DynamoDBClient, table: string, id: string): Promise<Job | null> {
  const { Item: item } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: { job: { S: id } }, ConsistentRead: true }),
  );
  return item?.['document']?.S === undefined ? null : JSON.parse(item['document'].S);
}

/** Jobs that are not done, oldest first, and until when somebody has them (epoch milliseconds). */
export async function openJobs(
  dynamo: DynamoDBClient,
  table: string,
): Promise<{ job: Job; lease: number }[]> {
  const found: { job: Job; lease: number }[] = [];
  let next: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(
      new ScanCommand({
        TableName: table,
        ConsistentRead: true,
        FilterExpression: '#state = :running',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':running': { S: 'running' } },
        ...(next && { ExclusiveStartKey: next }),
      }),
    );
    for (const item of page.Items ?? []) {
      found.push({ job: JSON.parse(item['document']?.S ?? ''), lease: Number(item['lease']?.N ?? 0) });
    }
    next = page.LastEvaluatedKey;
  } while (next);
  return found.sort((a, b) => a.job.started - b.job.started);
}

/** Takes the job for this process. @returns whether nobody else has it */
export function claimJob(
  dynamo: DynamoDBClient,
  table: string,
  id: string,
  runner: string,
  now: number,
): Promise<boolean> {
  const update = newUpdate();
  const [mine, running] = [update.set('runner', { S: runner }), update.value({ S: 'running' })];
  update.set('lease', { N: String(now + LEASE_MS) });
  const free = `${update.name('lease')} < ${update.value({ N: String(now) })}`;
  const condition = `${update.name('state')} = ${running} AND (${free} OR ${update.name('runner')} = ${mine})`;
  return update.send(dynamo, table, { job: { S: id } }, condition);
}

/**
 * Keeps how far the job is. @param lease epoch milliseconds until which this process goes on with it; 0 gives it
 * back. @returns whether this process still has it
 */
export function saveJob(
  dynamo: DynamoDBClient,
  table: string,
  job: Job,
  runner: string,
  lease: number,
): Promise<boolean> {
  const update = newUpdate();
  update.set('document', { S: JSON.stringify(job) });
  update.set('state', { S: job.state });
  update.set('lease', { N: String(lease) });
  if (job.state === 'done') {
    update.set('expires', { N: String(Math.floor(job.updated / 1000) + KEPT_SECONDS) });
  }
  const mine = `${update.name('runner')} = ${update.value({ S: runner })}`;
  return update.send(dynamo, table, { job: { S: job.id } }, mine);
}

/** Items of a table, counted one by one. */
export async function countItems(dynamo: DynamoDBClient, table: string): Promise<number> {
  let count = 0;
  let next: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(
      new ScanCommand({ TableName: table, Select: 'COUNT', ...(next && { ExclusiveStartKey: next }) }),
    );
    count += page.Count ?? 0;
    next = page.LastEvaluatedKey;
  } while (next);
  return count;
}
