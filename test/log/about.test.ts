/** A search for the entries of one person, which opens no entry again that is about others. */
import { afterAll, beforeEach, expect, test } from 'vitest';
import { asLogId, asSubjectId } from '../../shared/ids.ts';
import { readEntries } from '../../shared/log/read/read.ts';
import type { SubjectNames } from '../../shared/log/read/subject-names.ts';
import { forgetPersons } from '../../shared/log/write/secret-table.ts';
import { decision, openLog } from './log.ts';

const log = await openLog();
afterAll(() => log.close());

/** Items of the log that were read. */
let read = 0;
log.dynamo.middlewareStack.add(
  (next) => async (args) => {
    const { RequestItems = {} } = args.input as { RequestItems?: Record<string, { Keys?: unknown[] }> };
    read += RequestItems[log.table]?.Keys?.length ?? 0;
    return next(args);
  },
  { step: 'initialize' },
);

const who = (name: string): SubjectNames => ({
  logId: asLogId(`bG9n-${name}`),
  id: asSubjectId(`c3ViamVjdC-${name}`),
  joined: new Map(),
});
const [ANN, BEN, CAI] = [who('ann'), who('ben'), who('cai')];
const about = ({ logId }: SubjectNames) => decision({ subject: logId });
const attempt = ({ id }: SubjectNames) => {
  const { subject: _, ...entry } = decision({ kind: 'attempt', words: { officer: 'li.na', subject: id } });
  return entry;
};

const span = () => ({ from: log.clock.now - 86_400_000, to: log.clock.now + 1, limit: 50, asked: {} });
async function found(subject: SubjectNames): Promise<{ ids: string[]; read: number }> {
  read = 0;
  const { entries } = await readEntries(log, { ...span(), filter: { subject } });
  return { ids: entries.filter(({ entry }) => entry).map(({ id }) => id), read };
}

let writer = log.writer();
beforeEach(() => {
  log.clock.now += 86_400_000;
  writer = log.writer();
});
const append = async (...entries: ReturnType<typeof about>[]) => {
  const [receipt] = await writer.append(entries);
  log.clock.now += 1000;
  return receipt?.entry as string;
};

test('reads what is about others once', async () => {
  const [of, other] = [await append(about(ANN)), await append(about(BEN))];
  // The first item of the chain, and these two.
  expect(await found(ANN)).toEqual({ ids: [of], read: 3 });
  expect(await found(ANN)).toEqual({ ids: [of], read: 1 });
  expect(await found(BEN)).toEqual({ ids: [other], read: 1 });
  expect(await found(CAI)).toEqual({ ids: [], read: 0 });
  const more = await append(about(ANN));
  expect((await found(BEN)).ids).toEqual([other]);
  expect(await found(ANN)).toEqual({ ids: [more, of], read: 2 });
});

test('finds an attempt by the internal id, and by that of a person who was merged', async () => {
  const tried = await append(attempt(BEN) as ReturnType<typeof about>);
  expect((await found(ANN)).ids).toEqual([]);
  expect((await found(BEN)).ids).toEqual([tried]);
  expect((await found({ ...ANN, joined: new Map([[BEN.id, BEN.logId]]) })).ids).toEqual([tried]);
});

test('reads a batch again if one of its entries is about the person', async () => {
  await append(about(ANN), about(BEN));
  await found(CAI);
  expect((await found(BEN)).ids).toHaveLength(1);
  expect(await found(CAI)).toEqual({ ids: [], read: 0 });
});

test('knows nothing of an entry whose person stayed closed', async () => {
  const id = await append(about(ANN));
  await readEntries(log, { ...span(), filter: {}, passes: () => true });
  expect((await found(ANN)).ids).toEqual([id]);
});

test('shows no more of a forgotten person than before', async () => {
  const id = await append(about(ANN));
  expect((await found(ANN)).ids).toEqual([id]);
  const [name = '', seq] = id.split('-');
  await forgetPersons(log, [{ writer: name, seq: Number(seq), leaf: 0, leaves: 1 }]);
  expect((await found(ANN)).ids).toEqual([]);
});
