/** Reconciliation with CloudTrail as it is: zipped files, records twice, hours late, or not at all. */

import { gzipSync } from 'node:zlib';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { watchApp } from '../../functions/watch/app.ts';
import { s3Trail, timeOf } from '../../functions/watch/trail.ts';
import { envOf } from '../../infra/local/settings.ts';
import { openRig, type Rig } from '../audit/rig.ts';
import { decide, nameAt, told as toldBy, unwrap } from './cloudtrail.ts';

const s3 = mockClient(S3Client);
// Other files of this process have buckets of their own.
afterAll(() => s3.restore());
const MINUTE = 60_000;
const START = Date.parse('2026-11-25T02:00:00Z');
const PREFIX = 'AWSLogs/111122223333/CloudTrail/eu-west-1/';
let rig: Rig;
let files: Map<string, object[]>;
let watch: ReturnType<typeof watchApp>;

beforeEach(async () => {
  s3.reset();
  files = new Map();
  s3.on(ListObjectsV2Command).callsFake(({ Prefix, ContinuationToken }) => {
    const names = [...files.keys()].filter((name) => name.startsWith(Prefix)).sort();
    const [page, next] = ContinuationToken
      ? [names.slice(1), undefined]
      : [names.slice(0, 1), names.length > 1];
    return { Contents: page.map((Key) => ({ Key })), ...(next && { NextContinuationToken: 'more' }) };
  });
  s3.on(GetObjectCommand).callsFake(({ Key }) => ({
    Body: { transformToByteArray: async () => gzipSync(JSON.stringify({ Records: files.get(Key) })) },
  }));
  rig = await openRig();
  rig.clock.now = START;
  const trail = s3Trail({ s3: new S3Client({ region: 'none' }), bucket: 'trail', prefix: PREFIX });
  watch = watchApp({
    ...rig.deps,
    env: { ...envOf(rig.env, 'watch'), unwrapRoles: 'fieldgate-verify Verify-2' },
    trail,
  });
  await watch.reconcile();
});
afterEach(() => rig.close());

/** A file that CloudTrail names by `at`. */
function deliver(at: number, records: object[]): void {
  files.set(nameAt(PREFIX, at, files.size), records);
  files.set(
    `${PREFIX}${new Date(at).toISOString().slice(0, 10).replaceAll('-', '/')}/digest-${files.size}.json.gz`,
    [],
  );
}

const decision = (at: number, keys: string[]) => decide(rig, at, keys);

async function reconcileUntil(at: number): Promise<{ matched: number; faults: number }> {
  rig.clock.now = at;
  const total = { matched: 0, faults: 0 };
  for (let behind = 1; behind > 0; ) {
    const span = await watch.reconcile();
    total.matched += span.matched;
    total.faults += span.faults;
    behind = span.waits ? 0 : span.behind;
  }
  return total;
}

const told = () => toldBy(rig, START);

describe('the record of CloudTrail', () => {
  test('matches, though its files come in any order, twice, and with foreign records', async () => {
    await decision(START + MINUTE, ['key-1', 'key-2']);
    const first = unwrap(START + MINUTE);
    const other = { eventName: 'Decrypt', eventSource: 'kms.amazonaws.com', requestParameters: null };
    deliver(START + 15 * MINUTE, [unwrap(START + MINUTE, { key: 'key-2' }), first, other]);
    deliver(START + 5 * MINUTE, [first, unwrap(START + MINUTE, { errorCode: 'AccessDenied' })]);
    expect(await reconcileUntil(START + 60 * MINUTE)).toEqual({ matched: 2, faults: 0 });
  });

  test('is listed each five minutes, not at each run', async () => {
    await reconcileUntil(START + 60 * MINUTE);
    const lists = () => s3.commandCalls(ListObjectsV2Command).length;
    const listed: number[] = [];
    for (let minute = 1; minute <= 30; minute++) {
      const before = lists();
      expect((await reconcileUntil(START + (60 + minute) * MINUTE)).faults).toBe(0);
      if (lists() > before) listed.push(minute);
    }
    expect(listed).toEqual([5, 10, 15, 20, 25, 30]);
  });

  test('that arrives hours late is still read', async () => {
    await decision(START + MINUTE, ['key-1']);
    deliver(START + 5 * MINUTE, [unwrap(START + MINUTE)]);
    expect(await reconcileUntil(START + 120 * MINUTE)).toEqual({ matched: 1, faults: 0 });
    const stranger = unwrap(START + 3 * MINUTE, { role: 'Admin' });
    deliver(START + 115 * MINUTE, [stranger]);
    expect((await reconcileUntil(START + 180 * MINUTE)).faults).toBe(1);
    expect((await reconcileUntil(START + 240 * MINUTE)).faults).toBe(0);
    expect(await told()).toEqual([expect.stringContaining(`FOREIGN_PRINCIPAL: event ${stranger.eventID}`)]);
  });

  test('with an earlier name, delivered late, is read too', async () => {
    expect(await reconcileUntil(START + 120 * MINUTE)).toEqual({ matched: 0, faults: 0 });
    deliver(START + 10 * MINUTE, [unwrap(START + 9 * MINUTE)]);
    expect((await reconcileUntil(START + 140 * MINUTE)).faults).toBe(1);
    expect(await told()).toEqual([expect.stringContaining('UNWRAP_WITHOUT_ENTRY')]);
  });

  test('of another child than the entry raises an alert; of an erased child it cannot be known', async () => {
    const item = { subject: { S: 'subject-2' }, logId: { S: 'log-id-2' } };
    await rig.deps.dynamo.send(new PutItemCommand({ TableName: rig.env.keysTable, Item: item }));
    await decision(START + MINUTE, ['key-1']);
    await decision(START + 2 * MINUTE, ['key-2']);
    const moved = unwrap(START + MINUTE, { subject: 'subject-2' });
    deliver(START + 5 * MINUTE, [moved, unwrap(START + 2 * MINUTE, { key: 'key-2', subject: 'erased' })]);
    expect(await reconcileUntil(START + 60 * MINUTE)).toEqual({ matched: 1, faults: 1 });
    expect(await told()).toEqual([expect.stringContaining(`UNWRAP_DIFFERS: event ${moved.eventID}`)]);
  });

  test('that is missing is one alert with a count', async () => {
    await decision(
      START + MINUTE,
      Array.from({ length: 60 }, (_, i) => `key-${i}`),
    );
    deliver(START + 30 * MINUTE, []);
    expect((await reconcileUntil(START + 200 * MINUTE)).faults).toBe(0);
    expect((await reconcileUntil(START + 240 * MINUTE)).faults).toBe(1);
    expect(await told()).toEqual([expect.stringMatching(/^ENTRY_WITHOUT_UNWRAP: 60 times: /)]);
  });

  test('leaves nothing incomplete if the watch dies', async () => {
    deliver(START + 5 * MINUTE, [unwrap(START + MINUTE)]);
    rig.clock.now = START + 60 * MINUTE;
    s3.on(GetObjectCommand).rejectsOnce(new Error('dead'));
    await expect(watch.reconcile()).rejects.toThrow('cannot be read');
    s3.on(GetObjectCommand).callsFake(({ Key }) => ({
      Body: { transformToByteArray: async () => gzipSync(JSON.stringify({ Records: files.get(Key) })) },
    }));
    expect((await reconcileUntil(START + 60 * MINUTE)).faults).toBe(1);
  });
});

test.each([
  [
    `${PREFIX}2026/11/25/111122223333_CloudTrail_eu-west-1_20261125T0815Z_aBc123.json.gz`,
    '2026-11-25T08:15:00Z',
  ],
  [`${PREFIX}2026/11/25/111122223333_CloudTrail-Digest_eu-west-1_x_20261125T081500Z.json.gz`, null],
  ['notes.txt', null],
])('%s is a file of %s', (name, at) => {
  expect(timeOf(name)).toBe(at === null ? null : Date.parse(at));
});
