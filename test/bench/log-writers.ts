/**
 * `npm run bench writers`: appends through 50 writers compared with bare conditional puts of items of the same size, in one run
 * on one dynalite.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { type AttributeValue, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { openStore } from '../../infra/local/aws/store.ts';
import { LogWriter } from '../../shared/log/write/writer.ts';
import { ALL_KINDS, decision } from '../log/log.ts';

const WRITERS = 50;
const APPENDS = 20;
const ROUNDS = 9;

export async function benchWriters(): Promise<void> {
  const store = await openStore(null);
  const dynamo = store.client();
  const nameOf = (env: 'logTable' | 'wordsTable' | 'treeTable') => store.tables.get(env) as string;
  const table = nameOf('logTable');
  const { privateKey } = generateKeyPairSync('ed25519');
  const sink = {
    ...{ dynamo, table, wordsTable: nameOf('wordsTable'), treeTable: nameOf('treeTable') },
    sign: async (message: Uint8Array) => sign(null, message, privateKey),
    ...{ now: Date.now, name: 'bench', kinds: ALL_KINDS },
  };
  const writers = Array.from({ length: WRITERS }, () => new LogWriter(sink));
  await Promise.all(writers.map((writer) => writer.ready()));
  const writerOf = (caller: number) => writers[caller] as LogWriter;

  /** What one append stored, to be put by hand under other keys. */
  const sampleItem = async (entry: ReturnType<typeof decision>) => {
    const [receipt] = await writerOf(0).append([entry]);
    const { Items } = await dynamo.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'writer = :w AND seq = :s',
        ExpressionAttributeValues: { ':w': { S: receipt?.writer ?? '' }, ':s': { N: String(receipt?.seq) } },
      }),
    );
    return Items?.[0] as Record<string, AttributeValue>;
  };
  const { words: _, ...bare } = decision();
  for (const [name, entry] of [
    ['without words', bare],
    ['with words', decision()],
  ] as const) {
    const pairs: { bare: Rate; append: Rate }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const item = await sampleItem(entry);
      const putOne = (caller: number, turn: number) => {
        const Item = { ...item, writer: { S: `${name}-${round}-${caller}` }, seq: { N: String(turn) } };
        const ConditionExpression = 'attribute_not_exists(writer)';
        return dynamo.send(new PutItemCommand({ TableName: table, Item, ConditionExpression }));
      };
      const appendOne = (caller: number) => writerOf(caller).append([entry]);
      const pair = { bare: NOTHING, append: NOTHING };
      // The first one alternates, so that neither always gets the warmer store.
      const order = round % 2 === 0 ? (['bare', 'append'] as const) : (['append', 'bare'] as const);
      for (const which of order) pair[which] = await rate(which === 'bare' ? putOne : appendOne);
      pairs.push(pair);
    }
    const ratioOf = (by: keyof Rate) =>
      pairs.map(({ bare, append }) => append[by] / bare[by]).sort((a, b) => a - b);
    const bareRate = median(pairs.map((pair) => pair.bare.wall)).toFixed(0);
    const appendRate = median(pairs.map((pair) => pair.append.wall)).toFixed(0);
    const show = (ratio: number[]) =>
      `${median(ratio).toFixed(2)} (${ratio.map((one) => one.toFixed(2)).join(' ')})`;
    console.log(
      `${name}: bare puts ${bareRate}/s, appends ${appendRate}/s, ratio ${show(ratioOf('wall'))}; ` +
        `by processor time ${show(ratioOf('processor'))}`,
    );
  }
  dynamo.destroy();
  await store.close();
}

/** Operations a second by the clock, and by the time that this process had on a core: others count for nothing there. */
interface Rate {
  wall: number;
  processor: number;
}

const NOTHING: Rate = { wall: 0, processor: 0 };

/** 50 callers that each wait for one before the next. */
async function rate(one: (caller: number, turn: number) => Promise<unknown>): Promise<Rate> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, caller) => {
      for (let turn = 0; turn < APPENDS; turn++) await one(caller, turn);
    }),
  );
  const { user, system } = process.cpuUsage(before);
  const count = WRITERS * APPENDS;
  return { wall: (count * 1e3) / (performance.now() - start), processor: (count * 1e6) / (user + system) };
}

function median(of: readonly number[]): number {
  return of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? 0;
}
