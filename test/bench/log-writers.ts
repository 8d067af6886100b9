/**
 * Appends through 50 writers beside bare conditional puts of items of the same size, in one run on one
 * dynalite: node test/bench/log-writers.ts [rounds]
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { type AttributeValue, PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { openStore } from '../../infra/local/store.ts';
import { LogWriter } from '../../shared/log/writer.ts';
import { decision } from '../log/log.ts';

const WRITERS = 50;
const APPENDS = 20;
const rounds = Number(process.argv[2] ?? 5);

const store = await openStore(null);
const dynamo = store.client();
const table = store.tables.get('logTable') as string;
const { privateKey } = generateKeyPairSync('ed25519');
const sink = {
  dynamo,
  table,
  wordsTable: store.tables.get('wordsTable') as string,
  treeTable: store.tables.get('treeTable') as string,
  sign: async (message: Uint8Array) => sign(null, message, privateKey),
  now: Date.now,
  name: 'bench',
};

/** @returns appends or puts a second, by 50 callers that each wait for one before the next. */
async function rate(one: (caller: number, turn: number) => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, caller) => {
      for (let turn = 0; turn < APPENDS; turn++) await one(caller, turn);
    }),
  );
  return (WRITERS * APPENDS * 1000) / (performance.now() - start);
}

const { words: _, ...bare } = decision();
/** Words lie in a table of their own, which may forget: an append with words is two puts at the same time. */
const kinds = [
  { name: 'without words, against one put', entry: bare, puts: 1 },
  { name: 'with words, against the same two puts', entry: decision(), puts: 2 },
  { name: 'with words, against one put', entry: decision(), puts: 1 },
];
const writers = Array.from({ length: WRITERS }, () => new LogWriter(sink));
await Promise.all(writers.map((writer) => writer.ready()));

/** What one append stored, to be put by hand under other keys. */
async function sampleItem(entry: typeof bare): Promise<Record<string, AttributeValue>> {
  const [receipt] = await (writers[0] as LogWriter).append([entry]);
  const { Items } = await dynamo.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'writer = :w AND seq = :s',
      ExpressionAttributeValues: { ':w': { S: receipt?.writer ?? '' }, ':s': { N: String(receipt?.seq) } },
    }),
  );
  return Items?.[0] as Record<string, AttributeValue>;
}

function put(TableName: string, partition: string, Item: Record<string, AttributeValue>) {
  const ConditionExpression = `attribute_not_exists(${partition})`;
  return dynamo.send(new PutItemCommand({ TableName, Item, ConditionExpression }));
}

async function sampleWords(): Promise<Record<string, AttributeValue>> {
  await (writers[0] as LogWriter).append([decision()]);
  const { Items } = await dynamo.send(new ScanCommand({ TableName: sink.wordsTable, Limit: 1 }));
  return Items?.[0] as Record<string, AttributeValue>;
}

let round = 0;
const results = new Map<string, { bare: number; append: number }[]>();
for (; round < rounds; round++) {
  for (const { name, entry, puts } of kinds) {
    const item = await sampleItem(entry);
    const words = await sampleWords();
    const putOne = (caller: number, turn: number) => {
      const key = `bench-${name}-${round}-${caller}`;
      const log = put(table, 'writer', { ...item, writer: { S: key }, seq: { N: String(turn) } });
      const beside = { ...words, entry: { S: `${key}-${turn}` } };
      return puts === 1 ? log : Promise.all([log, put(sink.wordsTable, 'entry', beside)]);
    };
    const appendOne = (caller: number) => (writers[caller] as LogWriter).append([entry]);
    const pair = { bare: 0, append: 0 };
    // Who goes first changes, so that neither always meets the warmer store.
    for (const which of round % 2 === 0 ? (['bare', 'append'] as const) : (['append', 'bare'] as const)) {
      pair[which] = await rate(which === 'bare' ? putOne : appendOne);
    }
    results.set(name, [...(results.get(name) ?? []), pair]);
  }
}
for (const [name, pairs] of results) {
  const ratios = pairs.map(({ bare: b, append }) => append / b).sort((a, b) => a - b);
  const median = (of: number[]) => of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? 0;
  console.log(
    `${name}: bare puts ${median(pairs.map((p) => p.bare)).toFixed(0)}/s, appends ${median(pairs.map((p) => p.append)).toFixed(0)}/s, ratio ${median(ratios).toFixed(2)} (${ratios.map((r) => r.toFixed(2)).join(' ')})`,
  );
}
await store.close();
dynamo.destroy();
