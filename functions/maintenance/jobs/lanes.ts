/**
 * A job over large tables in lanes. Each lane is a job of its own over one part of each table, with its own lease and
 * position, so several processes work on one job. The job itself only waits for its lanes.
 */

import { type Job, putJobOnce, readJob } from '../../../shared/records/gateway/jobs.ts';
import type { MaintenanceDeps } from '../deps.ts';
import type { JobRun } from '../job-run.ts';
import { joinCounts, packsToCount } from './cohorts.ts';
import { finish } from './keys.ts';

const idOf = (job: Job, index: number) => `${job.id}.${index}`;

/** Reads the lanes of a job, and writes those that are missing. Only the process that has the job may write them. */
export async function lanesOf(deps: MaintenanceDeps, job: Job): Promise<Job[]> {
  const found = await stored(deps, job);
  if (found.every((lane) => lane !== null)) return found;
  // All lanes count by the same packs, even if a steward asks for another one meanwhile.
  const known = found.find((lane) => lane?.packs)?.packs;
  const packs = job.kind === 'cohorts' ? { packs: known ?? (await packsToCount(deps)) } : {};
  const { lanes: of = 0, ...begun } = job;
  for (const [index, lane] of found.entries()) {
    const part = { job: job.id, index, of };
    const own = { id: idOf(job, index), updated: deps.now(), part };
    if (!lane) await putJobOnce(deps.tables.jobs, { ...begun, ...packs, ...own });
  }
  return (await stored(deps, job)).filter((lane) => lane !== null);
}

/**
 * Ends the job if every lane is done.
 * @returns its lanes, or `null` while one of them is open
 */
export async function joinLanes(run: JobRun): Promise<Job[] | null> {
  const { deps, job } = run;
  const lanes = await lanesOf(deps, job);
  Object.assign(job, summed(job, lanes));
  if (lanes.length !== job.lanes || lanes.some(({ state }) => state !== 'done')) return null;
  if (job.kind === 'cohorts') await joinCounts(run, lanes);
  await finish(run);
  Object.assign(job, { state: 'done', total: job.done, problem: null });
  return lanes;
}

/** The job with the progress of its lanes, for a reader. */
export async function withProgress(deps: MaintenanceDeps, job: Job): Promise<Job> {
  if (job.lanes === undefined || job.state === 'done') return job;
  const lanes = (await stored(deps, job)).filter((lane) => lane !== null);
  return { ...job, ...summed(job, lanes) };
}

function stored({ tables }: MaintenanceDeps, job: Job): Promise<(Job | null)[]> {
  const indexes = Array.from({ length: job.lanes ?? 0 }, (_, index) => index);
  return Promise.all(indexes.map((index) => readJob(tables.jobs, idOf(job, index))));
}

/** Sums by their names, in order. */
export function added(all: readonly (Record<string, number> | undefined)[]): Record<string, number> {
  const groups = Map.groupBy(
    all.flatMap((one) => Object.entries(one ?? {})),
    ([name]) => name,
  );
  const sums = [...groups].map(([name, some]) => [name, some.reduce((sum, [, n]) => sum + n, 0)] as const);
  return Object.fromEntries(sums.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function summed(job: Job, lanes: readonly Job[]) {
  const sum = (name: 'done' | 'changed' | 'failed' | 'partly') =>
    lanes.reduce((total, lane) => total + (lane[name] ?? 0), 0);
  const suites = added(lanes.map((lane) => lane.suites));
  const left = [...new Set(lanes.flatMap((lane) => lane.left ?? []))].sort();
  return {
    done: sum('done'),
    changed: sum('changed'),
    failed: sum('failed'),
    partly: sum('partly'),
    ...(left.length > 0 && { left }),
    ...(job.kind === 'sweep' && { suites }),
    problem: lanes.find(({ problem }) => problem !== null)?.problem ?? job.problem,
    updated: Math.max(job.updated, ...lanes.map(({ updated }) => updated)),
  };
}
