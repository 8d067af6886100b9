/** The watch crashes at each of its writes, stored or not; the next run raises what is missing, and nothing twice. */

import { type DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test as plain } from 'vitest';
import { withTables } from '../../functions/deps.ts';
import { logStore } from '../../functions/steps/log.ts';
import { watchApp } from '../../functions/watch/app.ts';
import { envOf } from '../../infra/local/settings.ts';
import { asClientId, asEntryId, asLogId } from '../../shared/ids.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { readEntries } from '../../shared/log/read/read.ts';
import { markDecoy } from '../../shared/records/gateway/watch-marks.ts';
import { openRig, type Rig } from '../audit/rig.ts';

const WRITES = new Set(['PutItemCommand', 'UpdateItemCommand', 'DeleteItemCommand']);
type Fate = 'stored' | 'not stored';

let rigs: Rig[] = [];
afterEach(async () => {
  for (const rig of rigs) await rig.close();
  rigs = [];
});

/** Decisions of an officer at night, one of them about a decoy, and one that must be reviewed. */
async function openLog(): Promise<Rig> {
  const rig = await openRig();
  rigs.push(rig);
  rig.clock.now = Date.parse('2026-11-25T16:00:00Z');
  const decision = (subject: string, obligations: string[] = []): NewEntry => ({
    attempt: asEntryId(`${'0'.repeat(32)}-1-${subject.length}`),
    kind: 'decision',
    operation: 'provide',
    owners: ['MPS'],
    handler: { departments: ['EDU'], agency: asClientId('edu-county') },
    purpose: 'S1',
    collection: 'children',
    subject: asLogId(subject),
    outcome: 'released',
    obligations,
    words: { officer: 'zhang.wei' },
  });
  await markDecoy(rig.tables.watch, { logId: asLogId('decoy-1'), entry: asEntryId('x'), since: 'y' });
  await rig.log.append([decision('child-1'), decision('decoy-1'), decision('child-2', ['REVIEW_24H'])]);
  await rig.sequencer.step();
  return rig;
}

/** A process of the watch, which dies at its write number `at`. @returns how many writes it made */
function processOf(rig: Rig, at = -1, fate: Fate = 'stored') {
  const real = rig.deps.dynamo;
  let writes = 0;
  let dead = false;
  const dynamo = Object.create(real, {
    send: {
      value: async (command: object) => {
        if (dead) throw new Error('dead');
        const hit = WRITES.has(command.constructor.name) && writes++ === at;
        if (hit && fate === 'not stored') dead = true;
        if (dead) throw new Error('dead');
        const answer = await real.send(command as never);
        if (hit) dead = true;
        if (dead) throw new Error('dead');
        return answer;
      },
    },
  }) as DynamoDBClient;
  const trail = { late: null, files: async () => [], async *read() {} };
  const watch = watchApp(withTables({ ...rig.deps, env: envOf(rig.env, 'watch'), dynamo, trail }));
  return { watch, writes: () => writes };
}

/** The log's alerts and scans, by code; and the number of forgotten ones. */
async function told(rig: Rig): Promise<Record<string, number>> {
  const span = { from: rig.clock.now - 10 * 86_400_000, to: rig.clock.now + 1 };
  const page = await readEntries(logStore(rig.deps), { ...span, filter: {}, limit: 500, asked: {} });
  const counts: Record<string, number> = {};
  for (const { entry, words } of page.entries) {
    if (entry?.kind !== 'alert' && entry?.kind !== 'watch') continue;
    const name =
      entry.code ??
      (words.finding === '[]' ? 'nothing' : (JSON.parse(words.finding ?? '')[0].code as string));
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

const ALL = { OFF_HOURS: 1, FIRST_PURPOSE: 1, DECOY: 1, CALENDAR_ENDS: 1 };

const test = plain.extend('rig', () => openLog());

describe('a watch that dies', () => {
  test.each<Fate>(['stored', 'not stored'])(
    'at any write, %s, is followed by one that raises each alert once',
    async (fate) => {
      const whole = await openLog();
      const healthy = processOf(whole);
      await healthy.watch.scan();
      expect(await told(whole)).toEqual(ALL);
      const writes = healthy.writes();
      expect(writes).toBeGreaterThan(8);
      for (let at = 0; at < writes; at++) {
        const rig = await openLog();
        const failed = await processOf(rig, at, fate)
          .watch.scan()
          .then(
            () => 'done',
            () => 'died',
          );
        expect([at, failed]).toEqual([at, 'died']);
        await processOf(rig).watch.scan();
        expect([at, await told(rig)]).toEqual([at, ALL]);
        await rig.close();
        rigs = rigs.filter((one) => one !== rig);
      }
    },
    // A log for each write: slow on a busy machine.
    120_000,
  );

  test('and returns while another is running appends nothing', async ({ rig }) => {
    // It has stored the place of its next entries, and sleeps.
    const { watch } = processOf(rig, 4, 'stored');
    await watch.scan().catch(() => {});
    await processOf(rig).watch.scan();
    await rig.sequencer.step();
    await processOf(rig).watch.scan();
    expect(await told(rig)).toMatchObject(ALL);
  });
});

test('a decision that was not reviewed within a day raises one alert', async ({ rig }) => {
  const { watch } = processOf(rig);
  await watch.scan();
  rig.clock.now += 23 * 3_600_000;
  await watch.scan();
  expect((await told(rig))['UNREVIEWED']).toBeUndefined();
  rig.clock.now += 2 * 3_600_000;
  await watch.scan();
  await watch.scan();
  expect((await told(rig))['UNREVIEWED']).toBe(1);
});

test.each(['id', 'attempt'] as const)(
  'a decision that was reviewed in time, by its %s, raises none',
  async (by) => {
    const rig = await openLog();
    const { watch } = processOf(rig);
    await watch.scan();
    const span = { from: 0, to: rig.clock.now + 1 };
    const page = await readEntries(logStore(rig.deps), {
      ...span,
      filter: { kind: 'decision' },
      limit: 9,
      asked: {},
    });
    const urgent = page.entries.find(({ entry }) => entry?.obligations?.includes('REVIEW_24H'));
    await rig.log.append([
      {
        kind: 'review',
        handler: { departments: [], agency: asClientId('audit-office') },
        outcome: 'justified',
        about: (by === 'id' ? urgent?.id : urgent?.entry?.attempt) ?? expect.fail(),
      },
    ]);
    await rig.sequencer.step();
    for (let i = 0; i < 3; i++) await watch.scan();
    rig.clock.now += 30 * 3_600_000;
    await watch.scan();
    expect((await told(rig))['UNREVIEWED']).toBeUndefined();
  },
);

test('a chain that does not verify raises one alert, whichever process scans', async ({ rig }) => {
  await rig.log.append([
    { kind: 'agency', handler: { departments: [], agency: asClientId('steward-office') }, about: 'a' },
  ]);
  const { Items = [] } = await rig.deps.dynamo.send(new ScanCommand({ TableName: rig.env.logTable }));
  const last =
    Items.find(({ leaves }) => leaves?.L?.some(({ S }) => S?.includes('"kind":"agency"'))) ?? expect.fail();
  const leaves = {
    L: (last['leaves']?.L ?? []).map(({ S }) => ({
      S: S?.replace('"kind":"agency"', '"kind":"watch"') ?? '',
    })),
  };
  await rig.deps.dynamo.send(new PutItemCommand({ TableName: rig.env.logTable, Item: { ...last, leaves } }));
  await rig.sequencer.step();
  const { watch } = processOf(rig);
  await watch.scan();
  await rig.sequencer.step();
  await watch.scan();
  expect((await told(rig))['CHAIN_FAULT']).toBe(1);
});
