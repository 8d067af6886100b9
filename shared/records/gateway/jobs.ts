/** Maintenance jobs and their progress. One process at a time works on a job, by lease. */
import type { Part } from '../../store/part.ts';
import { type Item, putIf, putItem, readDocument, type Table } from '../../store/table.ts';
import { newUpdate } from '../../store/update.ts';
import { nameOpen, openItems } from './open-names.ts';

export interface Job {
  id: string;
  kind: string;
  class: string | null;
  /** The actor of its log entries, as JSON that the caller made. */
  actor: string;
  state: 'running' | 'done';
  /** `null` until the job is done, because counting a large table first could take longer than one run. */
  total: number | null;
  done: number;
  changed: number;
  failed: number;
  /** People of whom the keys of some class are as they were, and these classes, sorted: KMS opened their keys for no caller. */
  partly?: number;
  left?: readonly string[];
  /** Data keys by the id of their suite, and by id and class if that is not the suite of what is written now. */
  suites?: Record<string, number>;
  /** Code of the problem that stopped it; `null` while it runs. */
  problem: string | null;
  /** Epoch milliseconds. */
  started: number;
  updated: number;
  /** The current table, and the last finished item in it. */
  stage: number;
  cursor: string | null;
  /** The sealed sum so far of a job that counts; it is saved together with the cursor. */
  sum?: string | null;
  /** The number of lanes that do the work of this job; absent if it works itself. */
  lanes?: number;
  /** The part of each table that this lane works on, and the id of its job. */
  part?: Part & { job: string };
  /** Hashes of the packs that a lane counts by. */
  packs?: readonly string[];
}

/** Milliseconds of a lease: after them another process may take the job. */
export const LEASE_MS = 20_000;
/** Seconds for which a finished job can be read. */
const KEPT_SECONDS = 30 * 86_400;

const keyOf = (id: string) => ({ job: { S: id } });

export async function putJob(table: Table, job: Job): Promise<void> {
  await nameJob(table, job);
  const document = { S: JSON.stringify(job) };
  await putItem(table, { ...keyOf(job.id), state: { S: job.state }, lease: { N: '0' }, document });
}

/** Seconds for which a job is looked for that was named and is not there. */
const NAMED_SECONDS = 86_400;

/** From when it is stored: a lane may begin days after its job. */
function nameJob(table: Table, { id, updated }: Job): Promise<void> {
  return nameOpen(table, 'jobs', id, Math.floor(updated / 1000) + NAMED_SECONDS);
}

/** @returns whether there was no job with this id */
export async function putJobOnce(table: Table, job: Job): Promise<boolean> {
  await nameJob(table, job);
  const document = { S: JSON.stringify(job) };
  const item = { ...keyOf(job.id), state: { S: job.state }, lease: { N: '0' }, document };
  return putIf(table, item, 'attribute_not_exists(#job)');
}

/** @returns `null` if there is no such job */
export function readJob(table: Table, id: string): Promise<Job | null> {
  return readDocument<Job>(table, keyOf(id));
}

/** Jobs that are not done, oldest first, each with the end of its lease (epoch milliseconds), and how many could not be read. */
export async function openJobs(
  table: Table,
  now: number,
): Promise<{ found: { job: Job; lease: number }[]; unread: number }> {
  const isRunning = (item: Item) => item['state']?.S === 'running';
  // A job that is done is never run again.
  const items = await openItems(table, 'jobs', keyOf, (until, item) =>
    item ? !isRunning(item) : until * 1000 <= now,
  );
  const running = items.filter(isRunning);
  const found = running.flatMap(({ document, lease }) => {
    const job = documentIn(document?.S);
    return job ? [{ job, lease: Number(lease?.N ?? 0) }] : [];
  });
  // A job after its lanes, so that it ends in the pass in which they do.
  const waits = ({ lanes }: Job) => (lanes === undefined ? 0 : 1);
  found.sort((a, b) => a.job.started - b.job.started || waits(a.job) - waits(b.job));
  return { found, unread: running.length - found.length };
}

function documentIn(text = ''): Job | null {
  try {
    return JSON.parse(text) as Job;
  } catch {
    return null;
  }
}

/** Claims the job for this process. @returns whether no other process has it */
export function claimJob(table: Table, id: string, runner: string, now: number): Promise<boolean> {
  const update = newUpdate();
  const [mine, running] = [update.set('runner', { S: runner }), update.value({ S: 'running' })];
  update.set('lease', { N: String(now + LEASE_MS) });
  const free = `${update.name('lease')} < ${update.value({ N: String(now) })}`;
  const condition = `${update.name('state')} = ${running} AND (${free} OR ${update.name('runner')} = ${mine})`;
  return update.send(table, keyOf(id), condition);
}

/**
 * Saves the progress of the job.
 * @param lease epoch milliseconds until which this process keeps it; 0 releases it
 * @returns whether this process still has it
 */
export function saveJob(table: Table, job: Job, runner: string, lease: number): Promise<boolean> {
  const update = newUpdate();
  update.set('document', { S: JSON.stringify(job) });
  update.set('state', { S: job.state });
  update.set('lease', { N: String(lease) });
  if (job.state === 'done') {
    update.set('expires', { N: String(Math.floor(job.updated / 1000) + KEPT_SECONDS) });
  }
  const mine = `${update.name('runner')} = ${update.value({ S: runner })}`;
  return update.send(table, keyOf(job.id), mine);
}

/** Forgets the sealed sum of a lane that is done, which no process claims any more. */
export function forgetSum(table: Table, job: Job): Promise<void> {
  const { sum: _, ...rest } = job;
  const expires = { N: String(Math.floor(job.updated / 1000) + KEPT_SECONDS) };
  const document = { S: JSON.stringify(rest) };
  return putItem(table, { ...keyOf(job.id), state: { S: job.state }, lease: { N: '0' }, expires, document });
}

/** Keeps the job for this process while a page of it takes long. @returns whether this process still has it */
export function renewLease(table: Table, id: string, runner: string, now: number): Promise<boolean> {
  const update = newUpdate();
  update.set('lease', { N: String(now + LEASE_MS) });
  const mine = `${update.name('runner')} = ${update.value({ S: runner })}`;
  // A job whose lease was released stays free.
  const held = `${update.name('lease')} > ${update.value({ N: '0' })}`;
  return update.send(table, keyOf(id), `${mine} AND ${held}`);
}
