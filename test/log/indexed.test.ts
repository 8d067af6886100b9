import { DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkIndex } from '../../functions/sequencer/check-index.ts';
import { sequence } from '../../functions/sequencer/sequence.ts';
import { logStore } from '../../functions/steps/log.ts';
import { asClientId, asLogId, asSubjectId } from '../../shared/ids.ts';
import type { LogFilter } from '../../shared/log/read/filter.ts';
import { POSITION } from '../../shared/log/read/index-table.ts';
import { type LogQuery, type LogStore, readEntries } from '../../shared/log/read/read.ts';
import { logIdAlone } from '../../shared/log/read/subject-names.ts';
import { entriesOfSubject, recipientsOf } from '../../shared/log/read/walk.ts';
import { openRealWorld } from '../sequencer/real-stores.ts';
import { appendMany, decision } from './log.ts';

const MINUTE = 60_000;
const SUBJECT = { ...logIdAlone(asLogId('bG9n-3')), id: asSubjectId('c3ViamVjdC0z') };
const OTHER = asLogId('bG9n-5');

let store: LogStore;
let start: number;

/** Three writers over two hours, in steps: most in the index, the last few only by day. */
const world = await openRealWorld();
beforeAll(async () => {
  store = logStore(world.parts);
  start = world.clock.now;
  const writers = [world.writer(), world.writer(), world.writer()];
  for (let n = 0; n < 60; n++) {
    const handler = { departments: ['EDU'], agency: asClientId(`agency-${n % 4}`) };
    const purpose = n % 3 === 0 ? 'S1' : 'W1';
    const owners = n % 5 === 0 ? ['MPS', 'MCA'] : ['MPS'];
    const one = (i: number) =>
      decision({
        handler,
        purpose,
        owners,
        subject: asLogId(`bG9n-${(n + i) % 7}`),
        outcome: n % 10 ? 'released' : 'refused',
      });
    const writer = writers[n % 3] as (typeof writers)[number];
    const [attempt] = await writer.append([
      decision({ kind: 'attempt', words: { subject: SUBJECT.id }, outcome: 'open' }),
    ]);
    const completes = n % 7 === 3 ? { attempt: attempt?.entry ?? expect.fail() } : {};
    await writer.append([{ ...one(0), ...completes }, ...(n % 6 === 0 ? [one(1), one(2)] : [])]);
    // Several entries of one millisecond, and pauses.
    if (n % 4 === 0) world.clock.now += n % 8 === 0 ? 2 * MINUTE : 700;
    if (n % 9 === 8 && n < 55) await world.drain();
  }
}, 120_000);
afterAll(() => world.close());

const query = (filter: LogFilter, limit: number, cursor?: string): LogQuery => ({
  ...{ from: start, to: world.clock.now + 1, filter, limit, asked: { filter } },
  ...(cursor !== undefined && { cursor }),
});

async function pages(filter: LogFilter, limit: number): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await readEntries(store, query(filter, limit, cursor));
    ids.push(...page.entries.map(({ id }) => id));
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

/** What the filter lets through of all entries, which are read by day. */
async function byDay(matches: (entry: NonNullable<unknown> & Record<string, unknown>) => boolean) {
  const { entries } = await readEntries(store, query({}, 1000));
  return entries.filter(({ entry }) => matches(entry as never)).map(({ id }) => id);
}

const cases: [string, LogFilter, (entry: Record<string, unknown>) => boolean][] = [
  [
    'agency',
    { agency: 'agency-2' },
    ({ handler }) => (handler as { agency?: string })?.agency === 'agency-2',
  ],
  [
    'purpose',
    { purpose: 'W1', kind: 'decision' },
    (one) => one['purpose'] === 'W1' && one['kind'] === 'decision',
  ],
  ['kind', { kind: 'attempt' }, ({ kind }) => kind === 'attempt'],
  ['kind of the few', { kind: 'writer' }, ({ kind }) => kind === 'writer'],
  ['outcome', { outcome: 'refused' }, ({ outcome }) => outcome === 'refused'],
  [
    'use by owners',
    { owners: ['MCA', 'HEALTH'], except: ['intake', 'attempt'] },
    ({ owners, kind }) => (owners as string[])?.includes('MCA') && kind !== 'attempt',
  ],
  [
    'subject with one that was merged into it',
    { subject: { ...logIdAlone(SUBJECT.logId), joined: new Map([[asSubjectId('none'), OTHER]]) } },
    ({ subject }) => subject === SUBJECT.logId || subject === OTHER,
  ],
  ['nobody', { agency: 'press-office' }, () => false],
];

describe.each(cases)('by %s', (_, filter, matches) => {
  test.each([1, 7, 50])('pages of %i equal all entries, in the same order', async (limit) => {
    expect(await pages(filter, limit)).toEqual(await byDay(matches));
  });
});

test('a subject is found with the attempts that its decisions complete', async () => {
  const { entries } = await entriesOfSubject(store, SUBJECT, {
    from: start,
    to: world.clock.now + 1,
    limit: 500,
  });
  const decisions = entries.filter(({ entry }) => entry?.kind === 'decision');
  const attempts = entries.filter(({ entry }) => entry?.kind === 'attempt').map(({ id }) => id);
  const named = await byDay(({ subject }) => subject === SUBJECT.logId);
  expect(decisions.map(({ id }) => id)).toEqual(named);
  const completed = decisions.map(({ entry }) => entry?.attempt).filter((id) => id !== undefined);
  expect(completed.length).toBeGreaterThan(5);
  expect(attempts).toEqual(expect.arrayContaining(completed));
});

test('recipients of a field are listed once for each agency and purpose', async () => {
  const span = { from: start, to: world.clock.now + 1 };
  const told = await recipientsOf(store, SUBJECT, span, ['MPS/name']);
  expect(new Set(told.map(({ agency, purpose }) => `${agency} ${purpose}`)).size).toBe(told.length);
  const named = await byDay(({ subject }) => subject === SUBJECT.logId);
  expect(told.flatMap(({ entries }) => entries).sort()).toEqual(named.sort());
  expect(told[0]).toMatchObject({ fields: { MPS: { name: ['plain'] } }, departments: ['EDU'] });
  expect(await recipientsOf(store, SUBJECT, span, ['illness'])).toEqual([]);
});

test('without an index all is found by day, and a step rebuilds the index', async () => {
  const before = await pages({ agency: 'agency-1' }, 50);
  const { dynamo, env } = world.parts;
  await dynamo.send(new DeleteItemCommand({ TableName: env.logIndexTable, Key: POSITION }));
  expect(await pages({ agency: 'agency-1' }, 50)).toEqual(before);
  await sequence(await world.open());
  expect(await pages({ agency: 'agency-1' }, 50)).toEqual(before);
});

test('a lost index is rebuilt from the sealed entries', async () => {
  const logId = asLogId('bG9n-beside');
  const about = decision({ subject: logId });
  const review = { kind: 'review', handler: about.handler, outcome: 'justified', subject: logId } as const;
  await world.writer().append([about, review]);
  await world.drain();
  // Later than that, so that these are not found among the days alone.
  world.clock.now += 10 * MINUTE;
  await world.writer().append([decision()]);
  await world.drain();
  const find = () => pages({ subject: logIdAlone(logId) }, 50);
  const before = await find();
  expect(before).toHaveLength(2);
  const { dynamo, env } = world.parts;
  const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: env.logIndexTable }));
  for (const { key, place } of Items) {
    if (!key || !place) continue;
    await dynamo.send(new DeleteItemCommand({ TableName: env.logIndexTable, Key: { key, place } }));
  }
  await sequence(await world.open());
  expect(await find()).toEqual(before);
}, 60_000);

test('what names its person by the internal id alone is found, also if its decision could still come', async () => {
  const id = asSubjectId('c3ViamVjdC1vZi1vbmU');
  const { subject: _, ...rest } = decision({ kind: 'attempt' });
  const [attempt] = await world.writer().append([{ ...rest, words: { subject: id } }]);
  const find = () => pages({ subject: { ...logIdAlone(asLogId('none')), id }, unnamed: true }, 50);
  const found: string[][] = [await find()];
  // Not in the tree, in the tree and open, and late.
  for (let i = 0; i < 5; i++) {
    await world.drain();
    found.push(await find());
    world.clock.now += 0.75 * MINUTE;
    await world.writer().append([decision()]);
  }
  expect(found).toEqual(Array.from({ length: 6 }, () => [attempt?.entry]));
}, 60_000);

test('a row that is missing is noticed, and put back', async () => {
  const deps = await world.open();
  const { dynamo, env } = world.parts;
  // The check looks at full bundles alone.
  await appendMany(world.writer(), 300, (n) => decision({ subject: asLogId(`c2VjcmV0-${n}`) }));
  await world.drain();
  const { checkpoint } = await sequence(deps);
  const bundles = Math.floor(checkpoint.size / 256);
  expect(bundles).toBeGreaterThan(0);
  const before = await pages({ agency: 'agency-1' }, 50);
  expect(await checkIndex(deps, 0)).toBe(0);
  const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: env.logIndexTable }));
  for (const { key, place } of Items) {
    if (key?.S !== 'agency:agency-1' || !place) continue;
    await dynamo.send(new DeleteItemCommand({ TableName: env.logIndexTable, Key: { key, place } }));
  }
  expect(await pages({ agency: 'agency-1' }, 50)).not.toEqual(before);
  let missing = 0;
  for (let turn = 0; turn < bundles; turn++) missing += await checkIndex(deps, turn);
  expect(missing).toBeGreaterThan(0);
  expect(await pages({ agency: 'agency-1' }, 50)).toEqual(before);
}, 60_000);
