/** Files of the trail that cannot be read: the comparison waits, tells, and goes on, and what they would prove is not taken as proved. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withTables } from '../../functions/deps.ts';
import { watchApp } from '../../functions/watch/app.ts';
import { s3Trail } from '../../functions/watch/trail.ts';
import { openTrail } from '../../infra/local/aws/kms/trail.ts';
import { trailFiles } from '../../infra/local/aws/kms/trail-files.ts';
import { envOf } from '../../infra/local/settings.ts';
import { openRig, type Rig } from '../audit/rig.ts';
import { decide, nameAt, told, unwrap } from './cloudtrail.ts';

const s3 = mockClient(S3Client);
// Other files of this process have buckets of their own.
afterAll(() => s3.restore());
const MINUTE = 60_000;
const START = Date.parse('2026-11-25T02:00:00Z');
const PREFIX = 'AWSLogs/111122223333/CloudTrail/eu-west-1/';
let rig: Rig;
/** Bytes of each file, or the error that S3 answers. */
let files: Map<string, Uint8Array | Error>;
let sizes: Map<string, number>;
let watch: ReturnType<typeof watchApp>;

beforeEach(async () => {
  s3.reset();
  files = new Map();
  sizes = new Map();
  s3.on(ListObjectsV2Command).callsFake(({ Prefix }) => ({
    Contents: [...files.keys()]
      .filter((name) => name.startsWith(Prefix))
      .map((Key) => ({ Key, Size: sizes.get(Key) })),
  }));
  s3.on(GetObjectCommand).callsFake(({ Key }) => {
    const bytes = files.get(Key);
    if (!(bytes instanceof Uint8Array)) throw bytes;
    return { Body: { transformToByteArray: async () => bytes } };
  });
  await open();
});
afterEach(() => rig.close());

async function open(): Promise<void> {
  rig = await openRig();
  rig.clock.now = START;
  watch = watcher();
  await watch.reconcile();
}

function watcher(dynamo: DynamoDBClient = rig.deps.dynamo) {
  const trail = s3Trail({ s3: new S3Client({ region: 'none' }), bucket: 'trail', prefix: PREFIX });
  const env = { ...envOf(rig.env, 'watch'), unwrapRoles: 'fieldgate-verify' };
  return watchApp(withTables({ ...rig.deps, dynamo, env, trail }));
}

const packed = (records: unknown) => gzipSync(JSON.stringify(records));
const denied = () => Object.assign(new Error('no'), { name: 'AccessDenied' });

function deliver(at: number, content: Uint8Array | Error): string {
  const name = nameAt(PREFIX, at, files.size);
  files.set(name, content);
  return name;
}

/** Runs each minute. @returns how many failed */
async function runUntil(at: number): Promise<number> {
  let failures = 0;
  for (; rig.clock.now < at; rig.clock.now += MINUTE) {
    for (let behind = 1; behind > 0; ) {
      behind = await watch.reconcile().then(
        (span) => span.behind,
        () => ++failures && 0,
      );
    }
  }
  return failures;
}

const codes = async () => (await told(rig, START)).map((one) => one.split(':')[0]);

const BOMB = gzipSync(Buffer.alloc(70_000_000, 32));

describe('a file of the trail', () => {
  test.each([
    ['not gzip, or damaged', Buffer.from('{"Records":[]}')],
    ['not gzip, or damaged', packed({ Records: [unwrap(START)] }).subarray(0, 60)],
    ['not JSON', gzipSync('name: 欧阳娜娜')],
    ['no records in it', packed({ records: [] })],
    ['no records in it', packed(null)],
    ['too large', BOMB],
  ])('that is %s is told after three tries, and the others are compared', async (why, bytes) => {
    const name = deliver(START + 5 * MINUTE, bytes);
    const stranger = unwrap(START + MINUTE, { role: 'Admin' });
    deliver(START + 6 * MINUTE, packed({ Records: [stranger] }));
    rig.clock.now = START + 60 * MINUTE;
    expect(await runUntil(START + 90 * MINUTE)).toBe(2);
    const alerts = await told(rig, START);
    expect(alerts.sort()).toEqual([
      expect.stringContaining(`FOREIGN_PRINCIPAL: event ${stranger.eventID}`),
      `TRAIL_UNREADABLE: file ${name}, ${why}, 3 tries; unproved: its records, mostly from 2026-11-25T01:35:00.000Z to 2026-11-25T02:05:00.000Z`,
    ]);
  });

  test('that is larger than any of CloudTrail is not fetched', async () => {
    const name = deliver(START + 5 * MINUTE, packed({ Records: [] }));
    sizes.set(name, 5_000_000_000);
    rig.clock.now = START + 60 * MINUTE;
    expect(await runUntil(START + 90 * MINUTE)).toBe(2);
    expect(await told(rig, START)).toEqual([expect.stringContaining(`file ${name}, too large`)]);
    expect(s3.commandCalls(GetObjectCommand)).toEqual([]);
  });

  test('that S3 does not give is waited for, for an hour', async () => {
    const name = deliver(START + 5 * MINUTE, denied());
    rig.clock.now = START + 40 * MINUTE;
    expect(await runUntil(START + 95 * MINUTE)).toBeGreaterThan(50);
    expect(await codes()).toEqual([]);
    await runUntil(START + 110 * MINUTE);
    expect(await told(rig, START)).toEqual([
      expect.stringContaining(`file ${name}, not given: AccessDenied`),
    ]);
    expect(await runUntil(START + 180 * MINUTE)).toBe(0);
    expect(await codes()).toEqual(['TRAIL_UNREADABLE']);
  });

  test('that S3 gives within the hour raises nothing', async () => {
    await decide(rig, START + MINUTE, ['key-1']);
    const name = deliver(START + 5 * MINUTE, denied());
    rig.clock.now = START + 40 * MINUTE;
    await runUntil(START + 80 * MINUTE);
    files.set(name, packed({ Records: [unwrap(START + MINUTE)] }));
    await runUntil(START + 200 * MINUTE);
    expect(await codes()).toEqual([]);
  });

  test('that was removed after it failed is told all the same', async () => {
    const name = deliver(START + 5 * MINUTE, denied());
    rig.clock.now = START + 40 * MINUTE;
    await runUntil(START + 45 * MINUTE);
    files.delete(name);
    await runUntil(START + 110 * MINUTE);
    expect(await told(rig, START)).toEqual([expect.stringContaining(`file ${name}`)]);
  });

  test('leaves the entries that it would prove unproved, as one alert', async () => {
    await decide(rig, START + MINUTE, ['key-1', 'key-2']);
    const name = deliver(START + 5 * MINUTE, Buffer.from('x'));
    rig.clock.now = START + 60 * MINUTE;
    await runUntil(START + 90 * MINUTE);
    expect((await told(rig, START)).sort()).toEqual([
      expect.stringMatching(/^ENTRY_WITHOUT_UNWRAP: 2 times: unproved without 1 unread files of the trail: /),
      expect.stringMatching(/^TRAIL_UNREADABLE: /),
    ]);
    files.set(name, packed({ Records: [unwrap(START + MINUTE), unwrap(START + MINUTE, { key: 'key-2' })] }));
    await runUntil(START + 120 * MINUTE);
    const ends = (await told(rig, START)).filter((one) =>
      one.endsWith('what was missing came, and was compared'),
    );
    expect(ends.map((one) => one.split(':')[0]).sort()).toEqual(['ENTRY_WITHOUT_UNWRAP', 'TRAIL_UNREADABLE']);
  });

  test('that was mended is compared by itself, and told once', async () => {
    const name = deliver(START + 5 * MINUTE, Buffer.from('x'));
    rig.clock.now = START + 60 * MINUTE;
    await runUntil(START + 180 * MINUTE);
    expect(await codes()).toEqual(['TRAIL_UNREADABLE']);
    const hidden = unwrap(START + MINUTE);
    files.set(name, packed({ Records: [hidden] }));
    await runUntil(START + 240 * MINUTE);
    expect((await told(rig, START)).sort()).toEqual([
      expect.stringMatching(/^TRAIL_UNREADABLE: file /),
      'TRAIL_UNREADABLE: what was missing came, and was compared',
      expect.stringContaining(`UNWRAP_WITHOUT_ENTRY: event ${hidden.eventID}`),
    ]);
  });

  test('is one of many: all are told, and few are tried again in a run', async () => {
    for (let i = 0; i < 60; i++) deliver(START + 5 * MINUTE, Buffer.from('x'));
    rig.clock.now = START + 60 * MINUTE;
    await runUntil(START + 180 * MINUTE);
    expect(await codes()).toEqual(Array(60).fill('TRAIL_UNREADABLE'));
    const before = s3.commandCalls(GetObjectCommand).length;
    await runUntil(START + 186 * MINUTE);
    const tried = s3
      .commandCalls(GetObjectCommand)
      .slice(before)
      .map(({ args }) => args[0].input.Key);
    expect([tried.length > 0, new Set(tried).size <= 40, tried.length <= 40]).toEqual([true, true, true]);
  });

  test('is told to auditors as grave, and to no other key', async () => {
    await rig.register('audit-office', [], ['audit']);
    await rig.register('edu-county', ['EDU'], ['intake']);
    const name = deliver(START + 5 * MINUTE, Buffer.from('x'));
    rig.clock.now = START + 60 * MINUTE;
    await runUntil(START + 90 * MINUTE);
    const { json } = await rig.get('audit-office', 'audit', '/v1/alerts?severity=high');
    expect(json.alerts).toEqual([
      expect.objectContaining({
        code: 'TRAIL_UNREADABLE',
        severity: 'high',
        label: { en: "A file of KMS's own record cannot be read", zh: 'KMS 记录文件无法读取' },
        words: { finding: expect.stringContaining(name) },
      }),
    ]);
    expect((await rig.get('edu-county', 'intake', '/v1/alerts')).status).toBe(403);
    const leaf = await rig.get('edu-county', 'intake', `/v1/log/entries/${json.alerts[0].id}`);
    expect(leaf.text).not.toContain(name);
  });

  test('is compared on demand once it is repaired, with what stayed unproved', async () => {
    await rig.register('audit-office', [], ['audit']);
    await decide(rig, START + MINUTE, ['key-1', 'key-2']);
    deliver(START + 5 * MINUTE, Buffer.from('x'));
    rig.clock.now = START + 60 * MINUTE;
    await runUntil(START + 90 * MINUTE);
    const span = { from: new Date(START).toISOString(), to: new Date(START + 10 * MINUTE).toISOString() };
    const repaired = { ...span, records: [unwrap(START + MINUTE)] };
    const again = () => rig.post('audit-office', 'audit', '/v1/log/reconciliations', repaired);
    const { json } = await again();
    expect([json.matched, json.findings, json.alerts.length]).toEqual([
      1,
      [expect.objectContaining({ code: 'ENTRY_WITHOUT_UNWRAP', key: 'key-2' })],
      1,
    ]);
    expect((await again()).json.alerts).toEqual([]);
  });

  test('is told once, wherever the watch dies', async () => {
    let writes = 0;
    for (let at = 0; at <= writes; at++) {
      await rig.close();
      await open();
      files.clear();
      deliver(START + 5 * MINUTE, Buffer.from('x'));
      rig.clock.now = START + 60 * MINUTE;
      for (let run = 0; run < 2; run++) await expect(watch.reconcile()).rejects.toThrow('cannot be read');
      const { send, made } = diesAt(at);
      // With a stack of its own, in which it looks up whether the gateway is closed.
      const middlewareStack = rig.deps.dynamo.middlewareStack.clone();
      const own = { send: { value: send }, middlewareStack: { value: middlewareStack } };
      const dies = watcher(Object.create(rig.deps.dynamo, own));
      await dies.reconcile().catch(() => {});
      writes = Math.max(writes, made());
      watch = watcher();
      await runUntil(START + 75 * MINUTE);
      expect([at, await codes()]).toEqual([at, ['TRAIL_UNREADABLE']]);
    }
    expect(writes).toBeGreaterThan(5);
  }, 120_000);
});

/** A store whose process dies after write number `at`, which is stored. */
function diesAt(at: number) {
  let count = 0;
  let dead = false;
  const send = async (command: object) => {
    if (dead) throw new Error('dead');
    const answer = await rig.deps.dynamo.send(command as never);
    if (/^(Put|Update|Delete)/.test(command.constructor.name) && count++ === at) dead = true;
    if (dead) throw new Error('dead');
    return answer;
  };
  return { send, made: () => count };
}

test.each([{ subject: '' }, { subject: 's'.repeat(3000) }, { key: '' }])(
  'a record of another key of the account, with a context that no store takes, stops nothing: %j',
  async (context) => {
    deliver(START + 5 * MINUTE, packed({ Records: [unwrap(START + MINUTE, context), null, 7] }));
    rig.clock.now = START + 60 * MINUTE;
    expect(await runUntil(START + 65 * MINUTE)).toBe(0);
    expect(await codes()).toEqual([]);
  },
);

test('a torn line of the local trail hides no other line of its day', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trail-'));
  const lines = [unwrap(START), unwrap(START + 1000)].map((one) => JSON.stringify(one));
  writeFileSync(
    join(folder, '2026-11-25.jsonl'),
    `${lines[0]}\n${lines[0]?.slice(0, 50)}${lines[1]}\n${lines[1]}\n`,
  );
  const trail = trailFiles(folder, openTrail(folder));
  const [file] = await trail.files(START, START + MINUTE);
  const read: unknown[] = [];
  const all = async () => {
    for await (const record of trail.read(file ?? expect.fail())) read.push(record);
  };
  await expect(all()).rejects.toThrow(SyntaxError);
  expect(read.map((one) => JSON.stringify(one))).toEqual(lines);
  rmSync(folder, { recursive: true });
});
