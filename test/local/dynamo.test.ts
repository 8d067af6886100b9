/** The local tables against dynalite itself: the same calls, and the same answers and refusals. */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, expect, it } from 'vitest';
import { openStore } from '../../infra/local/aws/store.ts';
import { temporaryFolder } from '../support/folder.ts';

// biome-ignore lint/suspicious/noExplicitAny: commands of every operation
type Sendable = Parameters<DynamoDBClient['send']>[0] | any;
type Key = Record<string, AttributeValue>;

let server: Worker;
let log: string;
let claims: string;

const SERVER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const server = require(workerData)({ createTableMs: 0 });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

const store = await openStore(null);
const ours = store.client();
[log, claims] = ['logTable', 'claimsTable'].map((name) => store.tables.get(name as 'logTable') as string) as [
  string,
  string,
];
// A thread has modules of its own: the local tables change dynalite's parsers.
const workerData = createRequire(import.meta.url).resolve('dynalite');
server = new Worker(SERVER, { eval: true, workerData });
const [port] = await once(server, 'message');
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
const theirs = new DynamoDBClient({ region: 'local', endpoint: `http://127.0.0.1:${port}`, credentials });
for (const name of [log, claims]) {
  const { Table } = await ours.send(new DescribeTableCommand({ TableName: name }));
  const { TableStatus, ...shape } = Table ?? {};
  expect(TableStatus).toBe('ACTIVE');
  await theirs.send(new CreateTableCommand({ ...shape, BillingMode: 'PAY_PER_REQUEST' } as never));
}
afterAll(async () => {
  await store.close();
  theirs.destroy();
  await server.terminate();
});

/** The answer or the refusal, without what each request has of its own. */
async function outcome(client: DynamoDBClient, command: Sendable): Promise<unknown> {
  try {
    const { $metadata, ...answer } = (await client.send(command)) as { $metadata: unknown; Items?: unknown };
    return answer;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode: number } };
    return { name, message, status: $metadata?.httpStatusCode };
  }
}

async function same(command: Sendable): Promise<unknown> {
  const [a, b] = await Promise.all([outcome(ours, command), outcome(theirs, command)]);
  expect(a).toEqual(b);
  return a;
}

/** mulberry32 */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const WRITERS = ['a', 'b', 'ü~', ''];

it('answers and refuses random reads, writes, queries and scans as dynalite does', async () => {
  const random = randomFrom(7);
  const pick = <Value>(values: readonly Value[]): Value => values[random(values.length)] as Value;
  const key = (): Key => ({ writer: { S: pick(WRITERS) }, seq: { N: String(random(40) - 20) } });
  const item = (): Key => ({
    ...key(),
    ...(random(3) > 0 && { day: { S: pick(['1', '2']) }, at: { S: `t${random(9)}` } }),
    n: pick<AttributeValue>([{ N: String(random(5)) }, { S: 'x' }, { M: { deep: { N: '1' } } }]),
    bytes: { B: Buffer.from([random(256)]) },
  });
  const conditions = [
    undefined,
    'attribute_not_exists(writer)',
    'attribute_exists(writer) AND n >= :n',
    'n = :n OR contains(writer, :s)',
    'broken (',
    'size(bytes) < :n',
  ];
  const updates = [
    'SET n = if_not_exists(n, :n) + :n',
    'SET n = :n REMOVE bytes',
    'ADD n :n',
    'SET n.deep = :n',
    'SET seq = :n',
    'SET at = :n',
  ];
  const ranges = ['', ' AND seq > :n', ' AND seq <= :n', ' AND seq = :n', ' AND seq BETWEEN :low AND :n'];
  const withValues = (expression: string | undefined, all: Key) => {
    const named = Object.entries(all).filter(([name]) => new RegExp(`${name}\\b`).test(expression ?? ''));
    return named.length > 0 ? { ExpressionAttributeValues: Object.fromEntries(named) } : {};
  };
  const fresh = (): Key => ({
    ':n': random(8) === 0 ? { S: 'x' } : { N: String(random(6)) },
    ':s': { S: pick(['a', 'x']) },
    ':low': { N: '-5' },
  });
  const returned = () => pick(['NONE', 'ALL_OLD'] as const);
  const make: (() => Sendable)[] = [
    () => {
      const ConditionExpression = pick(conditions);
      const shared = { ...withValues(ConditionExpression, fresh()), ReturnValues: returned() };
      return new PutItemCommand({
        TableName: log,
        Item: item(),
        ...shared,
        ...(ConditionExpression !== undefined && { ConditionExpression }),
      });
    },
    () => {
      const UpdateExpression = pick(updates);
      return new UpdateItemCommand({
        TableName: log,
        Key: key(),
        UpdateExpression,
        ...withValues(UpdateExpression, fresh()),
        ReturnValues: pick(['ALL_NEW', 'UPDATED_OLD'] as const),
      });
    },
    () => new DeleteItemCommand({ TableName: log, Key: key(), ReturnValues: returned() }),
    () =>
      new GetItemCommand({ TableName: log, Key: key(), ProjectionExpression: pick(['n', 'n.deep, seq']) }),
    () => {
      const range = pick(ranges);
      return new QueryCommand({
        TableName: log,
        KeyConditionExpression: `writer = :w${range}`,
        ExpressionAttributeValues: {
          ...withValues(range, fresh()).ExpressionAttributeValues,
          ':w': { S: pick(['a', 'b', 'ü~']) },
        },
        ScanIndexForward: random(2) === 0,
        Limit: 1 + random(12),
        ...(random(2) === 0 && { ExclusiveStartKey: { writer: { S: 'a' }, seq: { N: '-3' } } }),
      });
    },
    () =>
      new QueryCommand({
        TableName: log,
        IndexName: pick(['byDay', 'byDay', 'none']),
        KeyConditionExpression: '#d = :d AND #a >= :a',
        ExpressionAttributeNames: { '#d': 'day', '#a': 'at' },
        ExpressionAttributeValues: { ':d': { S: '1' }, ':a': { S: `t${random(9)}` } },
      }),
    () => new ScanCommand({ TableName: log, Limit: 1 + random(150), ReturnConsumedCapacity: 'TOTAL' }),
    () =>
      new BatchWriteItemCommand({
        RequestItems: {
          [log]: [
            { PutRequest: { Item: item() } },
            { DeleteRequest: { Key: key() } },
            ...(random(4) === 0 ? [{ PutRequest: { Item: { writer: { S: 'a' } } } }] : []),
          ],
        },
      }),
  ];
  const seen = { answered: 0, refused: 0 };
  for (let round = 0; round < 600; round++) {
    const answer = (await same(pick(make)())) as { name?: string };
    if (answer.name) seen.refused++;
    else seen.answered++;
  }
  expect(seen.answered).toBeGreaterThan(200);
  expect(seen.refused).toBeGreaterThan(100);
});

it('refuses items, requests and tables that are too large, or unknown, as dynalite does', async () => {
  const put = (Item: Key) => same(new PutItemCommand({ TableName: claims, Item }));
  await put({ claim: { S: 'c' }, big: { S: 'x'.repeat(409_600) } });
  await put({ claim: { S: 'c'.repeat(2049) } });
  await put({ claim: { S: '' } });
  await put({ claim: { N: '1' } });
  await put({ claim: { S: 'c' }, set: { SS: [] } });
  await put({ claim: { S: 'c' }, n: { N: `1${'0'.repeat(130)}` } });
  await same(new GetItemCommand({ TableName: 'no-such-table', Key: { claim: { S: 'c' } } }));
  await same(new DescribeTableCommand({ TableName: 'no-such-table' }));
  const Keys = [{ claim: { S: 'c' } }, { claim: { S: 'c' } }];
  await same(new BatchGetItemCommand({ RequestItems: { [claims]: { Keys } } }));
});

it('pages through more than a megabyte as dynalite does, in both directions', async () => {
  for (let seq = 0; seq < 130; seq++) {
    const Item = { writer: { S: 'long' }, seq: { N: String(seq) }, text: { S: 'x'.repeat(9000) } };
    for (const client of [ours, theirs]) await client.send(new PutItemCommand({ TableName: log, Item }));
  }
  for (const ScanIndexForward of [true, false]) {
    const query = {
      TableName: log,
      ScanIndexForward,
      KeyConditionExpression: 'writer = :w',
      ExpressionAttributeValues: { ':w': { S: 'long' } },
    };
    const first = (await same(new QueryCommand(query))) as { Items: Key[]; LastEvaluatedKey: Key };
    expect(first.Items.length).toBeLessThan(130);
    const ExclusiveStartKey = first.LastEvaluatedKey;
    const rest = (await same(new QueryCommand({ ...query, ExclusiveStartKey }))) as { Items: Key[] };
    expect(first.Items.length + rest.Items.length).toBe(130);
  }
});

it('one of many concurrent conditional writes succeeds', async () => {
  const claim = () =>
    ours.send(
      new PutItemCommand({
        TableName: claims,
        Item: { claim: { S: 'once' } },
        ConditionExpression: 'attribute_not_exists(claim)',
      }),
    );
  const results = await Promise.allSettled(Array.from({ length: 20 }, claim));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

it('a store on disk is open once at a time, and keeps its items', async () => {
  const folder = temporaryFolder();
  const first = await openStore(folder);
  const Item = { claim: { S: 'kept' } };
  await first.client().send(new PutItemCommand({ TableName: claims, Item }));
  await expect(openStore(folder)).rejects.toThrow(/locked/);
  await first.close();
  const second = await openStore(folder);
  const { Item: kept } = await second.client().send(new GetItemCommand({ TableName: claims, Key: Item }));
  expect(kept).toEqual(Item);
  await second.close();
});
