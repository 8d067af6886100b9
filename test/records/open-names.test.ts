/** Acts and jobs that are open are found by their names: what is over is neither read nor lost too early. */
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { lanesOf } from '../../functions/maintenance/jobs/lanes.ts';
import { openKeyRing } from '../../infra/local/aws/kms/keys.ts';
import { openStore } from '../../infra/local/aws/store.ts';
import { localSettings } from '../../infra/local/settings.ts';
import { asClientId, asEntryId, asSubjectId } from '../../shared/ids.ts';
import { type Job, openJobs, putJob } from '../../shared/records/gateway/jobs.ts';
import {
  approveAct,
  dueActs,
  openAct,
  stopAct,
  waitingActs,
} from '../../shared/records/gateway/pending-acts.ts';
import { deleteItem, getItems, type Item, putItem, tablesOf } from '../../shared/store/table.ts';

const store = await openStore(null);
const env = localSettings('http://127.0.0.1:8787', openKeyRing(null, Date.now), store.tables, ['identity']);
const client = store.client();
const { jobs } = tablesOf(client, env);
const sent = vi.spyOn(client, 'send');
const names = () => sent.mock.calls.map(([{ constructor: made }]) => made.name);
const read = () =>
  sent.mock.calls.flatMap(([{ input }]) => {
    const { RequestItems } = input as { RequestItems?: Record<string, { Keys: { job: { S: string } }[] }> };
    return Object.values(RequestItems ?? {}).flatMap(({ Keys }) => Keys.map(({ job }) => job.S));
  });

const DAY = 86_400_000;
const T = Date.parse('2026-11-26T08:00:00Z');
let count = 0;

beforeEach(() => void sent.mockClear());
afterAll(() => store.close());

async function open(act: string, now: number) {
  const [entry, subject] = [asEntryId(`entry-${count++}-0`), asSubjectId(act.padEnd(22, 's'))];
  const about = { kind: 'erase', subject } as const;
  const office = { clientId: asClientId('mca-county'), departments: ['MCA'], requester: 'r' };
  await openAct(jobs, act, { ...office, entry, expires: Math.floor((now + DAY) / 1000), about }, now);
  return entry;
}

async function approve(act: string, entry: ReturnType<typeof asEntryId>, due: number) {
  const approved = { approver: 'b', entry, due: Math.floor(due / 1000), actor: '{}', told: [] };
  await approveAct(jobs, act, {
    ...{ entry, before: null, approved: { ...approved, subject: asSubjectId(act.padEnd(22, 's')) } },
  });
}

it('an act is listed until it ends, and done once it is due', async () => {
  const entry = await open('one', T);
  expect((await waitingActs(jobs, T)).map(({ entry }) => entry)).toEqual([entry]);
  await approve('one', entry, T + 20 * DAY);
  expect(await dueActs(jobs, T + 19 * DAY)).toEqual([]);
  expect(await dueActs(jobs, T + 20 * DAY)).toEqual(['one']);
  await stopAct(jobs, 'one', T + 20 * DAY);
  expect(await dueActs(jobs, T + 20 * DAY)).toEqual([]);
});

it('acts that are over are read once more, and then no longer', async () => {
  for (let i = 0; i < 120; i++) await open(`old ${i}`, T);
  const later = T + 3 * DAY;
  expect(await waitingActs(jobs, later)).toEqual([]);
  sent.mockClear();
  expect(await dueActs(jobs, later)).toEqual([]);
  expect(names()).toEqual(['GetItemCommand']);
  expect(read().filter((job) => job.startsWith('act:'))).toEqual([]);
});

const rowsOf = (kind: string): Item[] => [
  { job: { S: `open:${kind}` } },
  ...Array.from({ length: 16 }, (_, row) => ({ job: { S: `open:${kind}:${row}` } })),
];

it('no name is lost if there are more than one row holds, and all rows are read from then on', async () => {
  await Promise.all(Array.from({ length: 230 }, (_, i) => open(`many ${i}`, T)));
  expect(await waitingActs(jobs, T)).toHaveLength(230);
  const [first = {}, ...others] = rowsOf('acts');
  const namesIn = async (keys: Item[]) =>
    (await getItems(jobs, keys)).flatMap(({ names }) => names?.SS ?? []);
  expect(await namesIn([first])).toHaveLength(200);
  expect(await namesIn(others)).toHaveLength(30);
  expect(await waitingActs(jobs, T + 3 * DAY)).toEqual([]);
  const rows = await getItems(jobs, rowsOf('acts'));
  expect(rows.flatMap(({ names }) => names?.SS ?? [])).toEqual([]);
});

it('finds the names that a version without a first row wrote', async () => {
  for (const key of rowsOf('jobs').slice(0, 1)) await deleteItem(jobs, key);
  const counts = { total: null, done: 0, changed: 0, failed: 0, problem: null, stage: 0, cursor: null };
  const job: Job = {
    ...{ id: 'older', kind: 'rewrap', class: null, actor: '{}', state: 'running', started: T, updated: T },
    ...counts,
  };
  await putJob(jobs, job);
  await deleteItem(jobs, { job: { S: 'open:jobs' } });
  await putItem(jobs, { job: { S: 'open:jobs:7' }, names: { SS: [`${T / 1000} older`] } });
  for (let look = 0; look < 2; look++)
    expect((await openJobs(jobs, T)).found.map(({ job }) => job.id)).toEqual(['older']);
  await putJob(jobs, { ...job, state: 'done' });
});

/** Acts between the writing of a name and that of its item, once for each item. */
function between(act: () => Promise<unknown>): () => void {
  let acting = false;
  sent.mockImplementation(async function (this: typeof client, command: never) {
    if ((command as object).constructor.name === 'PutItemCommand' && !acting) {
      acting = true;
      await act();
      acting = false;
    }
    return Object.getPrototypeOf(client).send.call(client, command);
  } as never);
  return () =>
    void sent
      .mockReset()
      .mockImplementation((command) => Object.getPrototypeOf(client).send.call(client, command));
}

it('a lane that begins days after its job keeps its name', async () => {
  const later = T + 3 * DAY;
  const counts = { total: null, done: 0, changed: 0, failed: 0, problem: null, stage: 0, cursor: null };
  const job: Job = {
    ...{ id: 'late', kind: 'rewrap', class: null, actor: '{}', state: 'running', started: T, updated: T },
    ...{ ...counts, lanes: 3 },
  };
  const stop = between(() => openJobs(jobs, later));
  await lanesOf({ tables: { jobs }, now: () => later } as never, job);
  stop();
  const found = (await openJobs(jobs, later)).found.map(({ job }) => job.id).sort();
  expect(found).toEqual(['late.0', 'late.1', 'late.2']);
  for (const { job } of (await openJobs(jobs, later)).found) await putJob(jobs, { ...job, state: 'done' });
});

it('a request that is made again while its first one is forgotten keeps its name', async () => {
  await open('again', T);
  const later = T + 3 * DAY;
  // Named, and not yet stored, as another process forgets the first.
  const stop = between(() => dueActs(jobs, later));
  const entry = await open('again', later);
  stop();
  expect((await waitingActs(jobs, later)).map(({ entry }) => entry)).toEqual([entry]);
});

it('a job that runs is found, and its name goes once it is done', async () => {
  const counts = { total: null, done: 0, changed: 0, failed: 0, problem: null, stage: 0, cursor: null };
  const job: Job = {
    ...{ id: 'job', kind: 'rewrap', class: null, actor: '{}', state: 'running', started: T, updated: T },
    ...counts,
  };
  await putJob(jobs, job);
  expect((await openJobs(jobs, T + 9 * DAY)).found.map(({ job }) => job.id)).toEqual(['job']);
  await putJob(jobs, { ...job, state: 'done' });
  expect((await openJobs(jobs, T)).found).toEqual([]);
  const rows = await getItems(jobs, rowsOf('jobs'));
  expect(rows.flatMap(({ names }) => names?.SS ?? [])).toEqual([]);
});
