/** Entries whose kind is all that a reader needs. */
import { type AttributeValue, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, expect, test } from 'vitest';
import { type LogQuery, readEntries } from '../../shared/log/read/read.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { decision, openLog } from './log.ts';

const log = await openLog();
afterAll(() => log.close());

const words = { officer: 'wang.fang', case: 'K-2' };
const kinds = ['decision', 'intake', 'attempt'] as const;
const writer = log.writer();
const receipts = await writer.append(kinds.map((kind) => decision({ kind, words })));
const [first, intake, last] = receipts.map(({ entry }) => entry);

async function read({ filter = {}, ...more }: Partial<LogQuery> = {}): Promise<Map<string, object>> {
  const span = { from: log.clock.now - 86_400_000, to: log.clock.now + 1 };
  const page = await readEntries(log, { ...span, filter, limit: 50, asked: {}, ...more });
  const own = page.entries.filter(({ id }) => receipts.some(({ entry }) => entry === id));
  return new Map(own.map(({ halves: _, ...one }) => [one.id, one]));
}

const isIntake = (kind: string) => kind === 'intake';

test('of a kind that the reader passes the person stays closed, and all others are opened', async () => {
  const [whole, passed] = [await read(), await read({ passes: isIntake })];
  const kept = { operation: 'provide', owners: ['MPS'], kind: 'intake', outcome: 'release' };
  const { subject } = decision();
  expect(whole.get(intake ?? '')).toMatchObject({ words, entry: { ...kept, subject } });
  const closed = passed.get(intake ?? '');
  expect(closed).toMatchObject({ erased: false, mismatched: [], entry: kept });
  expect(closed).toHaveProperty('words', { officer: 'wang.fang' });
  expect(closed).not.toHaveProperty('entry.subject');
  for (const id of [first ?? '', last ?? '']) expect(passed.get(id)).toEqual(whole.get(id));
});

test('a filter by kind shows what it asks for whole', async () => {
  const whole = await read();
  expect(await read({ filter: { kind: 'intake' } })).toEqual(new Map([[intake, whole.get(intake ?? '')]]));
  const others = await read({ filter: { except: ['intake'] } });
  expect(others).toEqual(new Map([last, first].map((id) => [id, whole.get(id ?? '')])));
});

test('a kind is passed only as the leaf commits to it', async () => {
  const [{ writer: name, seq } = {} as Receipt] = receipts;
  const Key = { writer: { S: name }, seq: { N: String(seq) } };
  const { Item = {} } = await log.dynamo.send(new GetItemCommand({ TableName: log.table, Key }));
  const halves = Item['actors']?.L ?? [];
  // The decision's place has the sealed half of the intake.
  const actors = { L: [halves[1], ...halves.slice(1)] as AttributeValue[] };
  await log.dynamo.send(new PutItemCommand({ TableName: log.table, Item: { ...Item, actors } }));
  const passed = await read({ passes: isIntake });
  expect(passed.get(first ?? '')).toMatchObject({ entry: null });
  await log.dynamo.send(new PutItemCommand({ TableName: log.table, Item }));
});
