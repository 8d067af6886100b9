import {
  type AttributeValue,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asClientId, asLogId, asSubjectId } from '../../shared/ids.ts';
import { leafHash } from '../../shared/log/entry/leaf.ts';
import type { LogFilter } from '../../shared/log/read/filter.ts';
import { type LogQuery, readEntries, readEntry } from '../../shared/log/read/read.ts';
import { logIdAlone } from '../../shared/log/read/subject-names.ts';
import { forgetPersons } from '../../shared/log/write/secret-table.ts';
import { decision, openLog } from './log.ts';

const DAY = 86_400_000;

let start: number;
/** Ids of all entries but those of kind `writer`, newest first. */
let newestFirst: string[];

const log = await openLog();
beforeAll(async () => {
  start = log.clock.now;
  const ids: string[] = [];
  const one = log.writer();
  const two = log.writer();
  const append = async (writer: typeof one, ...entries: ReturnType<typeof decision>[]) => {
    ids.push(...(await writer.append(entries)).map(({ entry }) => entry));
    log.clock.now += 1000;
  };
  await append(one, decision({ code: 'C1' }));
  await append(
    two,
    decision({ purpose: 'W1', handler: { departments: ['MCA'], agency: asClientId('mca-county') } }),
  );
  // A batch, and an attempt that names its subject by internal id.
  await append(one, ...Array.from({ length: 7 }, (_, i) => decision({ subject: asLogId(`bG9n-${i}`) })));
  await append(
    one,
    decision({ kind: 'attempt', words: { officer: 'li.na', subject: 'c3ViamVjdC1pZA' }, outcome: 'open' }),
  );
  // Three empty days between.
  log.clock.now += 4 * DAY;
  await append(two, decision({ kind: 'denial', outcome: 'refused', owners: ['HEALTH'] }));
  await append(two, decision({ words: { officer: 'li.na' }, subject: asLogId('bG9n-3') }));
  newestFirst = ids.reverse();
});
afterAll(() => log.close());

const query = (filter: LogFilter = {}, limit = 50, overrides: Partial<LogQuery> = {}): LogQuery => ({
  ...{ from: start - DAY, to: log.clock.now, filter: { except: ['writer'], ...filter }, limit },
  asked: { filter },
  ...overrides,
});

async function ids(filter: LogFilter = {}, limit = 50, overrides: Partial<LogQuery> = {}): Promise<string[]> {
  const { entries, cursor } = await readEntries(log, query(filter, limit, overrides));
  expect(cursor).toBeNull();
  return entries.map(({ id }) => id);
}

test('reads newest first, across days', async () => {
  expect(await ids()).toEqual(newestFirst);
});

test.each([1, 2, 3, 4, 7, 8, 11, 50])(
  'pages of %i lose and repeat nothing, even inside an item',
  async (limit) => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await readEntries(log, query({}, limit, cursor === null ? {} : { cursor }));
      expect(page.entries.length).toBeLessThanOrEqual(limit);
      seen.push(...page.entries.map(({ id }) => id));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(seen).toEqual(newestFirst);
  },
);

test('entries appended while a reader pages do not move its pages', async () => {
  const first = await readEntries(log, query({}, 4));
  const saved = log.clock.now;
  log.clock.now = saved - 500;
  await log.writer().append([decision({ code: 'LATE' })]);
  log.clock.now = saved;
  const rest = await readEntries(log, query({}, 50, { cursor: first.cursor as string }));
  const seen = [...first.entries, ...rest.entries];
  expect(seen.map(({ id }) => id)).toEqual(newestFirst);
});

describe('filters', () => {
  const cases: [string, LogFilter, number[]][] = [
    ['agency', { agency: 'mca-county' }, [10]],
    ['purpose', { purpose: 'W1' }, [10]],
    ['kind', { kind: 'attempt' }, [2]],
    ['outcome', { outcome: 'refused' }, [1]],
    ['officer', { officer: 'li.na' }, [0, 2]],
    ['owner', { owners: ['HEALTH', 'CDPF'] }, [1]],
    ['subject, by log id', { subject: logIdAlone(asLogId('bG9n-3')) }, [0, 6]],
    [
      'subject of an attempt, by internal id',
      { subject: { ...logIdAlone(asLogId('x')), id: asSubjectId('c3ViamVjdC1pZA') } },
      [2],
    ],
    ['two at once', { officer: 'li.na', kind: 'decision' }, [0]],
    ['nobody', { agency: 'press-office' }, []],
  ];
  test.each(cases)('%s', async (_, filter, places) => {
    const late = (id: string) => newestFirst.includes(id);
    expect((await ids(filter)).filter(late)).toEqual(places.map((at) => newestFirst[at]));
  });

  test('from is part of the span, to is not', async () => {
    const [from, to] = [start + 1000, start + 2000];
    expect(await ids({}, 50, { from, to })).toEqual([newestFirst[10]]);
    expect(await ids({}, 50, { from: to, to: from })).toEqual([]);
  });

  test('many empty days end in a cursor that leads on', async () => {
    const far = { from: start - DAY, to: start + 100 * DAY };
    const first = await readEntries(log, query({}, 50, far));
    expect(first).toMatchObject({ entries: [] });
    let { cursor } = first;
    let found = 0;
    while (cursor !== null) {
      const page = await readEntries(log, query({}, 50, { ...far, cursor }));
      found += page.entries.length;
      cursor = page.cursor;
    }
    expect(found).toBeGreaterThanOrEqual(newestFirst.length);
  });
});

describe('a cursor', () => {
  const bad = { code: 'INVALID_REQUEST' };

  test('serves the query that it was made for only', async () => {
    const { cursor } = await readEntries(log, query({}, 3));
    const other = query({ agency: 'mca-county' }, 3, { cursor: cursor as string });
    await expect(readEntries(log, other)).rejects.toMatchObject(bad);
  });

  test('of other origin is refused', async () => {
    const { cursor } = await readEntries(log, query({}, 3));
    const [print] = JSON.parse(Buffer.from(cursor as string, 'base64url').toString());
    const made = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const at = '2025-11-25T08:00:00.000Z';
    const writer = '0'.repeat(32);
    const texts = [
      '',
      'x',
      `${cursor}=`,
      made(null),
      made({}),
      made([]),
      made([print]),
      made([print, 'yesterday']),
      made([print, '2025-13-45T08:00:00.000Z']),
      made([print, at, writer]),
      made([print, at, 'w', 1, 1]),
      made([print, at, writer, -1, 1]),
      made([print, at, writer, 1, 1.5]),
      made([print, at, writer, 1, 1, 1]),
    ];
    for (const text of texts.filter(Boolean)) {
      await expect(readEntries(log, query({}, 3, { cursor: text }))).rejects.toMatchObject(bad);
    }
    await expect(readEntries(log, query({}, 3, { cursor: made([print, at]) }))).resolves.toBeDefined();
    await expect(
      readEntries(log, query({}, 3, { cursor: made([print, at, writer, 1, 9]) })),
    ).resolves.toBeDefined();
  });
});

describe('one entry', () => {
  test('is found by its id, with its words', async () => {
    const stored = await readEntry(log, newestFirst[2] as string);
    expect(stored).toMatchObject({
      entry: { kind: 'attempt' },
      words: { officer: 'li.na', subject: 'c3ViamVjdC1pZA' },
      erased: false,
      mismatched: [],
    });
    expect(leafHash(stored?.text ?? '')).toEqual(stored?.hash);
  });

  test.each(['', 'x', `${'0'.repeat(32)}-1-0`])('is null for %j', async (id) => {
    expect(await readEntry(log, id)).toBeNull();
  });

  test('is null for a leaf that an item does not have', async () => {
    expect(await readEntry(log, `${newestFirst[0]}`.replace(/-0$/, '-9'))).toBeNull();
  });
});

describe('halves', () => {
  const fresh = async (...more: ReturnType<typeof decision>[]) => {
    const own = decision({ words: { officer: 'wang.fang', case: 'K-1' } });
    const receipts = await log.writer().append([own, ...more]);
    const { entry: id = '', writer = '', seq = 0 } = receipts[0] ?? {};
    return { id, writer, seq, others: receipts.slice(1).map(({ entry }) => entry) };
  };
  const rewrite = async (
    { writer, seq }: { writer: string; seq: number },
    change: (item: Record<string, AttributeValue>) => Record<string, AttributeValue>,
  ) => {
    const Key = { writer: { S: writer }, seq: { N: String(seq) } };
    const { Item = {} } = await log.dynamo.send(new GetItemCommand({ TableName: log.table, Key }));
    await log.dynamo.send(new PutItemCommand({ TableName: log.table, Item: change(Item) }));
  };

  test("of a person that were forgotten leave the actor, and the leaf's hash still matches", async () => {
    const { id, writer, seq } = await fresh();
    const before = await readEntry(log, id);
    await forgetPersons(log, [{ writer, seq, leaf: 0, leaves: 1 }]);
    const after = await readEntry(log, id);
    expect(after).toMatchObject({ erased: true, mismatched: [], hash: before?.hash });
    expect(after?.words).toEqual({ officer: 'wang.fang' });
    const { kind, operation, owners, handler, purpose, rule, policy, outcome } = before?.entry ?? {};
    expect(after?.entry).toMatchObject({ kind, operation, owners, handler, purpose, rule, policy, outcome });
    expect(after?.entry?.forms).toEqual(['plain']);
    for (const gone of ['subject', 'fields', 'withheld', 'keys'])
      expect(after?.entry).not.toHaveProperty(gone);
    // Once more is fine.
    await forgetPersons(log, [{ writer, seq, leaf: 0, leaves: 1 }]);
  });

  test('of one leaf are forgotten alone, even if others share them', async () => {
    const words = { officer: 'wang.fang', reason: 'long enough to be shared '.repeat(5) };
    const { id, writer, seq, others } = await fresh(decision({ words }), decision({ words }));
    await forgetPersons(log, [{ writer, seq, leaf: 1, leaves: 3 }]);
    const [first, second, third] = await Promise.all([id, ...others].map((one) => readEntry(log, one)));
    expect(first).toMatchObject({ words: { officer: 'wang.fang', case: 'K-1' }, erased: false });
    expect(second).toMatchObject({ words: { officer: 'wang.fang' }, erased: true });
    expect(second?.words.reason).toBeUndefined();
    expect(third).toMatchObject({ words, erased: false });
    await forgetPersons(log, [
      { writer, seq, leaf: 0, leaves: 3 },
      { writer, seq, leaf: 2, leaves: 3 },
    ]);
    for (const one of [id, ...others]) expect(await readEntry(log, one)).toMatchObject({ erased: true });
  });

  test('forgotten by two at once are all forgotten', async () => {
    const writer = log.writer();
    const all = [];
    for (let n = 0; n < 8; n++) all.push(...(await writer.append([decision()])));
    const leaves = all.map(({ writer, seq }) => ({ writer, seq, leaf: 0, leaves: 1 }));
    await Promise.all(leaves.slice(0, 6).map((leaf) => forgetPersons(log, [leaf])));
    const stored = await Promise.all(all.map(({ entry }) => readEntry(log, entry)));
    expect(stored.map((one) => one?.erased)).toEqual([true, true, true, true, true, true, false, false]);
  });

  test('whose secrets are lost show as damaged', async () => {
    const { id, writer } = await fresh();
    const Key = { epoch: { S: `${writer}-0` } };
    await log.dynamo.send(new DeleteItemCommand({ TableName: log.wordsTable, Key }));
    expect(await readEntry(log, id)).toMatchObject({ entry: null, words: {} });
  });

  test('that were changed, moved or removed are not shown', async () => {
    const flip = (list: AttributeValue | undefined) => {
      const bytes = Buffer.from(list?.L?.[0]?.B ?? []);
      bytes[20] = (bytes[20] ?? 0) ^ 1;
      return { L: [{ B: bytes }] };
    };
    const [one, two, three, four] = [await fresh(), await fresh(), await fresh(), await fresh()];
    await rewrite(one, (item) => ({ ...item, persons: flip(item['persons']) }));
    const changed = await readEntry(log, one.id);
    expect(changed).toMatchObject({ entry: { kind: 'decision' }, words: { officer: 'wang.fang' } });
    expect(changed?.mismatched).toContain('case');
    expect(changed?.words.case).toBeUndefined();
    await rewrite(four, (item) => ({ ...item, actors: flip(item['actors']) }));
    expect(await readEntry(log, four.id)).toMatchObject({ entry: null, words: {} });
    await rewrite(two, ({ actors: _, persons: __, ...item }) => item);
    expect(await readEntry(log, two.id)).toMatchObject({ entry: null, words: {} });
    let other: Record<string, AttributeValue> = {};
    await rewrite(await fresh(), (item) => {
      other = { actors: item['actors'] as AttributeValue, persons: item['persons'] as AttributeValue };
      return item;
    });
    await rewrite(three, (item) => ({ ...item, ...other }));
    expect(await readEntry(log, three.id)).toMatchObject({ entry: null, words: {} });
  });
});

test('an entry that was changed in the table is shown as damaged, to auditors only', async () => {
  const [receipt] = await log.writer().append([decision()]);
  const { Items = [] } = await log.dynamo.send(new ScanCommand({ TableName: log.table }));
  const item = Items.find(({ writer, seq }) => writer?.S === receipt?.writer && seq?.N === '1') ?? {};
  const leaves = { L: [{ S: item['leaves']?.L?.[0]?.S?.replace('"leaf":0', '"leaf":1') ?? '' }] };
  await log.dynamo.send(new PutItemCommand({ TableName: log.table, Item: { ...item, leaves } }));
  const { entries } = await readEntries(log, query({ agency: 'edu-county' }, 50, { to: log.clock.now + 1 }));
  expect(entries.find(({ id }) => id === receipt?.entry)).toMatchObject({ entry: null, words: {} });
  const owned = await readEntries(log, query({ owners: ['MPS'] }, 50, { to: log.clock.now + 1 }));
  expect(owned.entries.map(({ id }) => id)).not.toContain(receipt?.entry);
});
