/** Unwraps whose file comes late are no alert; those that never come are one; and one that comes later still ends it. */
import { gzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { watchApp } from '../../functions/watch/app.ts';
import { runWatch } from '../../functions/watch/run.ts';
import { s3Trail } from '../../functions/watch/trail.ts';
import { envOf } from '../../infra/local/settings.ts';
import { openRig, type Rig } from '../audit/rig.ts';
import { decide, nameAt, told as toldBy, unwrap } from './cloudtrail.ts';

const s3 = mockClient(S3Client);
// Other files of this process have buckets of their own.
afterAll(() => s3.restore());
const MINUTE = 60_000;
const START = Date.parse('2026-11-25T02:00:00Z');
const PREFIX = 'AWSLogs/111122223333/CloudTrail/eu-west-1/';
const KEYS = Array.from({ length: 40 }, (_, i) => `key-${i}`);
const placeOf = (i: number) => START + Math.floor((1 + i / 10) * 60) * 1000;
let rig: Rig;
let files: Map<string, object[]>;
let watch: ReturnType<typeof watchApp>;

beforeEach(async () => {
  s3.reset();
  files = new Map();
  s3.on(ListObjectsV2Command).callsFake(({ Prefix }) => ({
    Contents: [...files.keys()].filter((name) => name.startsWith(Prefix)).map((Key) => ({ Key })),
  }));
  s3.on(GetObjectCommand).callsFake(({ Key }) => ({
    Body: { transformToByteArray: async () => gzipSync(JSON.stringify({ Records: files.get(Key) })) },
  }));
  rig = await openRig();
  rig.clock.now = START;
  watch = watcher();
  await watch.reconcile();
  await rig.register('audit-office', [], ['audit']);
});
afterEach(() => rig.close());

function watcher() {
  const trail = s3Trail({ s3: new S3Client({ region: 'none' }), bucket: 'trail', prefix: PREFIX });
  return watchApp({
    ...rig.deps,
    env: { ...envOf(rig.env, 'watch'), unwrapRoles: 'fieldgate-verify' },
    trail,
  });
}

const deliver = (at: number, records: object[]) => files.set(nameAt(PREFIX, at, files.size), records);
const unwraps = (keys: readonly string[]) => keys.map((key) => unwrap(placeOf(KEYS.indexOf(key)), { key }));
/** The trail records something all the time: a file each ten minutes. */
const hum = (from: number, to: number) => {
  for (let at = from; at <= to; at += 10 * MINUTE) deliver(at, []);
};

/** Runs each five minutes. @returns milliseconds that the last run left uncompared */
async function runUntil(at: number): Promise<number | null> {
  let behind: number | null = 0;
  for (; rig.clock.now <= at; rig.clock.now += 5 * MINUTE) {
    const run = await runWatch({ reconcile: watch.reconcile, scan: async () => NOTHING }, UNTIL);
    expect(run.failures).toBe(0);
    behind = run.uncompared;
  }
  return behind;
}
const NOTHING = { leaves: 0, raised: 0, grave: 0, erasures: 0, behind: 0 };
const UNTIL = { now: () => 0, until: 1 };

const told = async () => (await toldBy(rig, START)).map((one) => one.split(':')[0]);
/** Alerts as an auditor has them, and how each was answered. */
async function shown(query = '') {
  const { json } = await rig.get('audit-office', 'audit', `/v1/alerts${query}`);
  return json.alerts.map((one: { code: string; acknowledged?: { by: string; outcome: string } }) => [
    one.code,
    one.acknowledged && `${one.acknowledged.by} ${one.acknowledged.outcome}`,
  ]);
}

async function decideAll(): Promise<void> {
  for (const [i, key] of KEYS.entries()) await decide(rig, placeOf(i), [key]);
}

describe('CloudTrail is late', () => {
  beforeEach(decideAll);

  test('as a whole by forty minutes: nothing is compared, nothing is told, and the measure of the delay grows', async () => {
    expect(await runUntil(START + 40 * MINUTE)).toBeGreaterThanOrEqual(5 * MINUTE);
    deliver(START + 45 * MINUTE, unwraps(KEYS));
    hum(START + 55 * MINUTE, START + 320 * MINUTE);
    expect(await runUntil(START + 300 * MINUTE)).toBe(0);
    expect(await told()).toEqual([]);
  });

  test('as a whole for hours: one alert says so, and ends by itself', async () => {
    await runUntil(START + 260 * MINUTE);
    expect(await told()).toEqual(['TRAIL_LATE']);
    expect(await shown()).toEqual([['TRAIL_LATE', undefined]]);
    hum(START + 265 * MINUTE, START + 600 * MINUTE);
    deliver(START + 266 * MINUTE, unwraps(KEYS));
    expect(await runUntil(START + 600 * MINUTE)).toBe(0);
    expect(await told()).toEqual(['TRAIL_LATE', 'TRAIL_LATE']);
    await rig.sequencer.step();
    expect(await shown()).toEqual([['TRAIL_LATE', 'fieldgate settled']]);
    expect(await shown('?acknowledged=no')).toEqual([]);
    expect(await open()).toEqual({ queue: 0, list: 0 });
    expect(await closed()).toEqual([false, true]);
  });

  test('with one file of several, by two hours: nothing is told', async () => {
    hum(START, START + 400 * MINUTE);
    deliver(START + 10 * MINUTE, unwraps(KEYS.slice(0, 20)));
    await runUntil(START + 120 * MINUTE);
    deliver(START + 125 * MINUTE, unwraps(KEYS.slice(20)));
    await runUntil(START + 400 * MINUTE);
    expect(await told()).toEqual([]);
  });

  test('with one file by a day: its entries are missing after three hours, and the alerts end once it is there', async () => {
    hum(START, START + 1500 * MINUTE);
    deliver(START + 10 * MINUTE, unwraps(KEYS.slice(3)));
    await runUntil(START + 190 * MINUTE);
    expect(await told()).toEqual([]);
    await runUntil(START + 240 * MINUTE);
    expect(await told()).toEqual(Array(3).fill('ENTRY_WITHOUT_UNWRAP'));
    rig.clock.now = START + 1400 * MINUTE;
    // One never comes.
    deliver(START + 1401 * MINUTE, unwraps(KEYS.slice(1, 3)));
    await runUntil(START + 1480 * MINUTE);
    await rig.sequencer.step();
    expect((await shown('?acknowledged=no&from=2026-11-25T00:00:00Z')).length).toBe(1);
    const { json } = await rig.get(
      'audit-office',
      'audit',
      '/v1/log/reviews/queue?from=2026-11-25T00:00:00Z',
    );
    expect(json.alerts).toEqual({ open: 1, reviewed: 2 });
    // A second look at the same files ends nothing twice.
    expect((await told()).length).toBe(5);
  });

  test('and an unwrap without an entry in it is told at once', async () => {
    const stranger = unwrap(START + 2 * MINUTE, { key: 'stolen' });
    deliver(START + 3 * MINUTE, [stranger]);
    await runUntil(START + 45 * MINUTE);
    expect(await told()).toEqual(['UNWRAP_WITHOUT_ENTRY']);
  });
});

/** Alerts without an answer, as the queue of reviews and the log have them. */
async function open() {
  const span = `from=${new Date(START).toISOString()}`;
  const queue = await rig.get('audit-office', 'audit', `/v1/log/reviews/queue?${span}`);
  const list = await rig.get('audit-office', 'audit', `/v1/log/entries?${span}&kind=alert&reviewed=no`);
  const raised = list.json.entries.filter(({ outcome }: { outcome: string }) => outcome === 'raised');
  return { queue: queue.json.alerts.open, list: raised.length };
}
/** Whether each event of an alert closes its finding for a SIEM, the oldest first. */
async function closed() {
  const path = `/v1/log/entries?from=${new Date(START).toISOString()}&kind=alert`;
  const { text } = await rig.get('audit-office', 'audit', path, {
    accept: 'application/x-ndjson; profile=ocsf',
  });
  const lines = text.trim().split('\n');
  return lines.map((line) => JSON.parse(line).status_id === 4).reverse();
}

test.each([
  ['the watch with another code', 'watch', 'TRAIL_LATE'],
  ['another function', 'release', 'ENTRY_WITHOUT_UNWRAP'],
] as const)('an end that %s writes ends no alert', async (_, by, code) => {
  await decideAll();
  hum(START, START + 400 * MINUTE);
  deliver(START + 10 * MINUTE, unwraps(KEYS.slice(1)));
  await runUntil(START + 300 * MINUTE);
  const [alert] = (await rig.get('audit-office', 'audit', '/v1/alerts')).json.alerts;
  const end = {
    kind: 'alert',
    handler: alert.handler,
    outcome: 'settled',
    code,
    rule: alert.rule,
  } as const;
  const writer = rig.writerOf(by);
  await writer.append([{ ...end, about: alert.id, words: { finding: 'x' } }]);
  await rig.sequencer.step();
  // Of the false end the officers hear as of any alert.
  const told = by === 'watch' ? 1 : 2;
  const alerts = Array.from({ length: told }, () => ['ENTRY_WITHOUT_UNWRAP', undefined]);
  expect(await shown('?acknowledged=no')).toEqual(alerts);
  expect(await open()).toEqual({ queue: told, list: 1 });
  expect(await closed()).toEqual([false, by === 'watch']);
});
