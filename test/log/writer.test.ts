import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test as plain } from 'vitest';
import { asKeyId, asLogId } from '../../shared/ids.ts';
import type { Entry, NewEntry } from '../../shared/log/entry/entry.ts';
import { leafHash } from '../../shared/log/entry/leaf.ts';
import { EPOCH, epochOf } from '../../shared/log/entry/secrets.ts';
import { readEntry } from '../../shared/log/read/read.ts';
import { commitmentIn, MEMBERS } from '../../shared/tree/commitments.ts';
import { verifyChain } from '../support/whole-chain.ts';
import { decision, openLog, type TestLog } from './log.ts';

let log: TestLog;
beforeEach(async () => {
  log = await openLog();
});
afterEach(async () => {
  // Whatever a test did, the stored log must verify.
  for (const items of (await log.chains()).values()) verifyChain(items, log.certifiers);
  await log.close();
});

/** How often the DynamoDB client tries one call. */
const ATTEMPTS = 4;

const parse = (text: string) => JSON.parse(text) as Entry;

const test = plain.extend('writer', () => log.writer());

describe('a chain', () => {
  test('starts with the certified key and links each item to the one before', async ({ writer }) => {
    const [first] = await writer.append([decision()]);
    const batch = await writer.append([
      decision(),
      decision({ subject: asLogId('YW5vdGhlci1sb2ctaWQtLS0') }),
    ]);
    const [[id, items] = ['', []]] = [...(await log.chains())];
    expect(first).toMatchObject({ entry: `${id}-1-0`, writer: id, seq: 1 });
    expect(batch.map(({ entry }) => entry)).toEqual([`${id}-2-0`, `${id}-2-1`]);
    expect(items.map(({ leaves }) => leaves.length)).toEqual([1, 1, 2]);
    expect(parse(items[0]?.leaves[0] ?? '')).toMatchObject({ kind: 'writer', certificate: { name: 'test' } });
    expect(parse(items[2]?.leaves[1] ?? '').previous).toBe(
      Buffer.from(items[1]?.hash ?? []).toString('base64'),
    );
    expect(first?.leafHash).toBe(leafHash(items[1]?.leaves[0] ?? '').toString('base64'));
    expect(verifyChain(items, log.certifiers)).toMatchObject({ writer: id, name: 'test', seq: 2 });
  });

  test('keeps entries appended together in one item, and concurrent appends in order', async ({ writer }) => {
    const receipts = await Promise.all(
      Array.from({ length: 60 }, (_, i) => writer.append([decision({ code: `C${i}` }), decision()])),
    );
    const [items = []] = (await log.chains()).values();
    for (const [i, [one, two]] of receipts.entries()) {
      expect((await readEntry(log, one?.entry ?? ''))?.entry?.code).toBe(`C${i}`);
      expect(two?.seq).toBe(one?.seq);
    }
    expect(items.flatMap(({ leaves }) => leaves)).toHaveLength(121);
    // Those that wait while a put is under way go out together.
    expect(items.length).toBeLessThan(10);
  });

  test('two writers on one table do not touch each other', async () => {
    const writers = [log.writer(), log.writer()];
    await Promise.all(
      writers.flatMap((writer) => Array.from({ length: 10 }, () => writer.append([decision()]))),
    );
    const chains = await log.chains();
    expect(chains.size).toBe(2);
    expect([...chains.values()].flatMap((items) => items.flatMap(({ leaves }) => leaves)).length).toBe(22);
  });

  test('ends after four idle minutes', async ({ writer }) => {
    await writer.append([decision()]);
    log.clock.now += 4 * 60_000 + 1;
    await writer.append([decision()]);
    const chains = [...(await log.chains()).values()];
    expect(chains).toHaveLength(2);
    for (const [first] of chains) expect(parse(first?.leaves[0] ?? '').abandoned).toBeUndefined();
  });

  test('goes on if the clock is set back a little, and ends if it is set back further', async ({
    writer,
  }) => {
    await writer.append([decision()]);
    for (const [back, chains] of [
      [40_000, 1],
      [20_001, 2],
    ] as const) {
      log.clock.now -= back;
      await writer.append([decision()]);
      expect((await log.chains()).size).toBe(chains);
    }
  });

  test('ends before its key does, and the next has a key for another 24 hours', async ({ writer }) => {
    const first = await writer.append([decision()]);
    for (let minute = 0; minute < 24 * 60; minute += 4) {
      log.clock.now += 4 * 60_000;
      await writer.append([decision()]);
    }
    const chains = [...(await log.chains()).values()];
    expect(chains).toHaveLength(2);
    for (const items of chains) {
      const { certificate } = parse(items[0]?.leaves[0] ?? '');
      const [started, until] = [certificate?.started ?? '', certificate?.until ?? ''];
      expect(Date.parse(until) - Date.parse(started)).toBe(24 * 3_600_000);
      expect(items.every(({ at }) => at >= started && at <= until)).toBe(true);
    }
    expect(first).toHaveLength(1);
  });

  test('may be made ready before the first append', async ({ writer }) => {
    const ready = writer.ready();
    await Promise.all([ready, writer.append([decision()])]);
    await writer.ready();
    expect((await log.chains()).size).toBe(1);
  });

  test('an empty append does nothing', async () => {
    expect(await log.writer().append([])).toEqual([]);
    expect((await log.chains()).size).toBe(0);
  });
});

describe('faults', () => {
  const UNAVAILABLE = { code: 'LOG_UNAVAILABLE', status: 503 };

  test.each([
    ['failed, not stored', 'error', 2],
    ['failed, but stored', 'lost-answer', 3],
  ] as const)('an append that %s is rejected, and the next chain says so', async (_, kind, itemsOfOld) => {
    const writer = log.writer();
    const [receipt] = await writer.append([decision()]);
    // Only when all tries of the client fail is the answer unknown.
    log.faults.add({ service: 'log', kind, times: ATTEMPTS });
    await expect(writer.append([decision(), decision()])).rejects.toMatchObject(UNAVAILABLE);
    expect(log.faults.list()).toEqual([]);
    const [next] = await writer.append([decision()]);
    const chains = await log.chains();
    const old = chains.get(receipt?.writer ?? '') ?? [];
    expect(old).toHaveLength(itemsOfOld);
    expect(next?.writer).not.toBe(receipt?.writer);
    const [first] = chains.get(next?.writer ?? '') ?? [];
    const { abandoned } = parse(first?.leaves[0] ?? '');
    expect(abandoned).toMatchObject({ writer: receipt?.writer, seq: 1, unknown: { seq: 2, leaves: 2 } });
    expect(abandoned?.hash).toBe(Buffer.from(old[1]?.hash ?? []).toString('base64'));
    if (old[2]) expect(abandoned?.unknown.hash).toBe(Buffer.from(old[2].hash).toString('base64'));
  });

  test('a put whose answer is lost once is repeated by the client and succeeds once', async ({ writer }) => {
    await writer.ready();
    log.faults.add({ service: 'log', kind: 'lost-answer', times: 1 });
    const [receipt] = await writer.append([decision()]);
    const chains = await log.chains();
    expect([...chains.keys()]).toEqual([receipt?.writer]);
    expect(chains.get(receipt?.writer ?? '')).toHaveLength(2);
  });

  // Each alone: the chain of a writer that no register knows is never read.
  test.each([
    ['register', 'error', 'treeTable'],
    ['register', 'lost-answer', 'treeTable'],
    ['secrets', 'error', 'wordsTable'],
    ['secrets', 'lost-answer', 'wordsTable'],
  ] as const)('a table of the %s that fails (%s) fails the first append', async (_, kind, table) => {
    const writer = log.writer();
    const one = { service: 'store', kind, operation: 'PutItem' } as const;
    log.faults.add({ ...one, times: ATTEMPTS, table: log[table] });
    await expect(writer.append([decision()])).rejects.toMatchObject(UNAVAILABLE);
    log.faults.clear();
    const [receipt] = await writer.append([decision()]);
    expect(await readEntry(log, receipt?.entry ?? '')).toMatchObject({ words: decision().words });
  });

  test('an append that waits behind a failed one goes to the next chain', async ({ writer }) => {
    await writer.ready();
    log.faults.add({ service: 'log', kind: 'error', times: ATTEMPTS });
    const failing = writer.append([decision()]);
    await new Promise((resolve) => setImmediate(resolve));
    const waiting = writer.append([decision()]);
    await expect(failing).rejects.toMatchObject(UNAVAILABLE);
    await expect(waiting).resolves.toHaveLength(1);
  });

  test('an item of unknown fate is named even if the next chains fail to start', async () => {
    let refuse = false;
    const { gatewaySign } = log;
    const writer = log.writer({
      sign: async (message) => {
        if (refuse) throw new Error('no KMS');
        return gatewaySign(message);
      },
    });
    const [receipt] = await writer.append([decision()]);
    log.faults.add({ service: 'log', kind: 'error', times: ATTEMPTS });
    await expect(writer.append([decision()])).rejects.toMatchObject(UNAVAILABLE);
    refuse = true;
    await expect(writer.append([decision()])).rejects.toMatchObject(UNAVAILABLE);
    await expect(writer.ready()).rejects.toMatchObject(UNAVAILABLE);
    refuse = false;
    log.faults.add({ service: 'log', kind: 'lost-answer', times: ATTEMPTS });
    await expect(writer.append([decision()])).rejects.toMatchObject(UNAVAILABLE);
    const [next] = await writer.append([decision()]);
    const [first] = (await log.chains()).get(next?.writer ?? '') ?? [];
    expect(parse(first?.leaves[0] ?? '').abandoned).toMatchObject({ writer: receipt?.writer, seq: 1 });
  });
});

describe('entries that are not logged', () => {
  const faulty: [string, Record<string, unknown>][] = [
    ['another kind', { kind: 'rumour' }],
    ['a writer entry', { kind: 'writer' }],
    ['no owner', { owners: [] }],
    ['no owner at all', { owners: undefined }],
  ];
  test.each(faulty)('%s', async (_, overrides) => {
    const writer = log.writer();
    const entry = { ...decision(), ...overrides } as unknown as NewEntry;
    await expect(writer.append([decision(), entry])).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(writer.append([decision()])).resolves.toHaveLength(1);
    const [items = []] = (await log.chains()).values();
    expect(items.map(({ leaves }) => leaves.length)).toEqual([1, 1]);
  });

  test('a word that is not text', async () => {
    const words = { officer: '\ud800' };
    await expect(log.writer().append([decision({ words })])).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  });

  test('a batch over one item, while one that just fits and concurrent ones are', async ({ writer }) => {
    const wide = decision({ keys: Array.from({ length: 100 }, () => asKeyId('k'.repeat(22))) });
    const [tooMany, fits] = [
      Array.from({ length: 200 }, () => wide),
      Array.from({ length: 110 }, () => wide),
    ];
    const [a, b, c] = await Promise.allSettled([
      writer.append(tooMany),
      writer.append(fits),
      writer.append(fits),
    ]);
    expect(a).toMatchObject({ status: 'rejected', reason: { code: 'TOO_LARGE' } });
    expect([b, c].map((one) => one.status)).toEqual(['fulfilled', 'fulfilled']);
  });
});

test('entries lie sealed in the log table, and lengths and equality reveal nothing', async () => {
  const words = {
    officer: 'PLANTED-officer',
    case: 'PLANTED-case',
    reason: '种植的理由',
    subject: 'PLANTED-subject-id',
    request: 'PLANTED-request-digest',
    evidence: 'PLANTED-evidence '.repeat(20),
  };
  const receipts = await log
    .writer()
    .append([decision({ kind: 'attempt', words }), decision({ words }), decision({ words: { case: 'x' } })]);
  const all = async (TableName: string) =>
    JSON.stringify((await log.dynamo.send(new ScanCommand({ TableName }))).Items);
  const [inLog, inWords] = [await all(log.table), await all(log.wordsTable)];
  for (const word of Object.values(words)) {
    expect(inLog).not.toContain(word);
    expect(inWords).not.toContain(word);
  }
  const stored = await Promise.all(receipts.map(({ entry }) => readEntry(log, entry)));
  expect(stored.map((one) => one?.words)).toEqual([words, words, { case: 'x' }]);
  // Whether two leaves say the same must not show: each has its own salts.
  const committed = stored.flatMap((one) => {
    const bytes = Buffer.from(JSON.parse(one?.text ?? '{}').committed, 'base64');
    return MEMBERS.map((name) => Buffer.from(commitmentIn(bytes, name)).toString('hex'));
  });
  expect(new Set(committed).size).toBe(committed.length);
  const item = (await log.chains()).get(receipts[0]?.writer ?? '')?.[1];
  expect(item?.sealed?.persons.map(({ length }) => (length - 28) % 64)).toEqual([0, 0, 0]);
  expect(item?.sealed?.actors.map(({ length }) => (length - 28) % 64)).toEqual([0, 0, 0]);
  expect(item?.sealed?.shared).toHaveLength(1);
});

test('an epoch of keys ends and another begins; if its keys fail, another chain begins', async () => {
  const writer = log.writer();
  const entries = () => Array.from({ length: EPOCH + 1 }, (_, n) => decision({ words: { case: `${n}` } }));
  const ids: string[] = [];
  for (const one of entries()) ids.push((await writer.append([one]))[0]?.entry ?? '');
  const stored = await Promise.all(ids.slice(-4).map((id) => readEntry(log, id)));
  expect(stored.map((one) => epochOf(one?.entry?.seq ?? 0))).toEqual([0, 0, 1, 1]);
  expect(stored.map((one) => one?.words.case)).toEqual([-3, -2, -1, 0].map((n) => `${EPOCH + n}`));
  for (const one of entries().slice(3)) await writer.append([one]);
  log.faults.add({ service: 'store', kind: 'lost-answer', times: ATTEMPTS, operation: 'PutItem' });
  await expect(writer.append([decision()])).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
  const [receipt] = await writer.append([decision()]);
  expect(receipt).toMatchObject({ seq: 1 });
  expect((await readEntry(log, receipt?.entry ?? ''))?.words).toEqual(decision().words);
}, 60_000);
