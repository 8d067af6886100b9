/**
 * Long work over whole tables, page by page. Progress is kept after each page, so any process can continue after
 * a crash.
 */

import { randomUUID } from 'node:crypto';
import { randomId } from '../../../shared/bytes.ts';
import type { JobKind, Job as JobView } from '../../../shared/contract/office.ts';
import { defined } from '../../../shared/defined.ts';
import type { SubjectId } from '../../../shared/ids.ts';
import { dayOf, isoOf } from '../../../shared/policy/value/age.ts';
import {
  claimJob,
  forgetSum,
  type Job,
  LEASE_MS,
  openJobs,
  putJob,
  putJobOnce,
  readJob,
  renewLease,
  saveJob,
} from '../../../shared/records/gateway/jobs.ts';
import { scanClaims } from '../../../shared/records/subject/index-entries.ts';
import { type FoundItem, scanKeyItems } from '../../../shared/records/subject/key-states.ts';
import { dropUnused } from '../../../shared/records/subject/leak-index.ts';
import { scanSheets } from '../../../shared/records/subject/sheets.ts';
import { toProblem } from '../../http/problem.ts';
import { Work } from '../../http/scheduled.ts';
import { currentPack } from '../../session/policy.ts';
import { type Actor, CLOCK } from '../acting.ts';
import type { MaintenanceDeps } from '../deps.ts';
import { doDue } from '../due.ts';
import type { JobRun } from '../job-run.ts';
import { countSubject, keepCounts, takeCounts } from './cohorts.ts';
import { type Changed, compactSubject, finish, people, rekeySubject, rewrapSubject } from './keys.ts';
import { joinLanes, withProgress } from './lanes.ts';
import { reindexSubject } from './reindex.ts';
import { readLogged, replaySubject } from './replay.ts';
import { retainSubject } from './retain.ts';
import { countingSuites, sweepClaim, sweepItem, sweepSheet } from './sweep.ts';

/** Items of a page, which are handled concurrently. */
const PAGE = 16;
/** Milliseconds until a job is tried again after a service failed. */
const RETRY_MS = 2000;

/** One table of a job: pages of work; each piece returns whether it changed something. */
interface Stage {
  page(run: JobRun, after: string | null): Promise<{ work: (() => Promise<Changed>)[]; next: string | null }>;
  /** Called before a page unless this run has begun to count. */
  before?(run: JobRun): Promise<void>;
  /** Called after a page, before progress is kept. @param last whether no page follows */
  after?(run: JobRun, last: boolean): Promise<void>;
}

const KINDS: ReadonlyMap<string, readonly Stage[]> = new Map<JobKind, readonly Stage[]>([
  ['rewrap', [items(live(people(rewrapSubject)))]],
  ['rekey', [items(live(people(rekeySubject)))]],
  ['compact', [items(live(people((run, subject) => compactSubject(run, subject))))]],
  ['reindex', [items(live(reindexSubject))]],
  ['sweep', [{ ...items(sweepItem), ...countingSuites }, sheets(), claims()]],
  ['replay', [{ ...items(live(replaySubject)), before: readLogged }]],
  ['retention', [items(live(retainSubject))]],
  ['cohorts', [{ ...items(live(countSubject)), before: takeCounts, after: keepCounts }]],
]);

export async function startJob(
  deps: MaintenanceDeps,
  actor: Actor,
  kind: JobKind,
  only: string | null,
): Promise<JobView> {
  const job = newJob(deps, randomId(), actor, kind, only);
  await putJob(deps.tables.jobs, job);
  return viewOf(job);
}

function newJob(deps: MaintenanceDeps, id: string, actor: Actor, kind: JobKind, only: string | null): Job {
  const now = deps.now();
  return {
    ...(deps.lanes > 1 && { lanes: deps.lanes }),
    id,
    kind,
    class: only,
    actor: JSON.stringify(actor),
    state: 'running',
    total: null,
    done: 0,
    changed: 0,
    failed: 0,
    problem: null,
    started: now,
    updated: now,
    stage: 0,
    cursor: null,
  };
}

/**
 * Starts the pass of the day, at most once in a day of the pack's calendar.
 * @returns whether this call started it
 */
export async function startDaily(deps: MaintenanceDeps, kind: JobKind): Promise<boolean> {
  const { calendar } = await currentPack(deps);
  return putJobOnce(
    deps.tables.jobs,
    await ownJob(deps, kind, isoOf(dayOf(deps.now(), calendar.utcOffsetMinutes))),
  );
}

/** Starts a job of the gateway itself. @returns its id */
export async function startOnce(deps: MaintenanceDeps, kind: JobKind, name: string): Promise<string> {
  const job = await ownJob(deps, kind, name);
  await putJobOnce(deps.tables.jobs, job);
  return job.id;
}

export async function ownJob(deps: MaintenanceDeps, kind: JobKind, name: string): Promise<Job> {
  const { version, hash } = await currentPack(deps);
  return newJob(deps, `${kind}-${name}`, { ...CLOCK, policy: { version, hash } }, kind, null);
}

/** @returns `null` if there is no such job */
export async function viewJob(deps: MaintenanceDeps, id: string): Promise<JobView | null> {
  const job = await readJob(deps.tables.jobs, id);
  return job && viewOf(await withProgress(deps, job));
}

/**
 * Works on open jobs, oldest first, until they are done.
 * @param goOn whether to continue; called between pages
 * @returns milliseconds until the next call is useful, or `null` if no job is open
 */
export async function workOnJobs(deps: MaintenanceDeps, goOn: () => boolean): Promise<number | null> {
  await doDue(deps);
  let again: number | null = null;
  const later = (ms: number) => {
    again = Math.min(again ?? ms, Math.max(ms, 0));
  };
  const { found, unread } = await openWithLanes(deps);
  if (unread > 0) await new Work('jobs').item(() => Promise.reject(new UnreadJob()));
  for (const { job, lease } of found) {
    if (!goOn()) return 0;
    // A job that can't be read stops no other one.
    const done = await new Work(job.kind).item(() => workOn(deps, job.id, goOn).then((said) => ({ said })));
    if (done === null) continue;
    if (done.said === null) later(lease - deps.now() + 1);
    else if (!done.said) later(RETRY_MS);
  }
  return again;
}

/** Ids of the open lanes of all jobs, for several processes to work on. */
export async function openLanes(deps: MaintenanceDeps): Promise<string[]> {
  const { found } = await openWithLanes(deps);
  return found.filter(({ job }) => job.part !== undefined).map(({ job }) => job.id);
}

/** A stored job that is no document of one. */
class UnreadJob extends Error {
  override name = 'UnreadJob';
}

/** Open jobs, with the lanes of those that have begun or now begin. */
async function openWithLanes(deps: MaintenanceDeps): ReturnType<typeof openJobs> {
  const open = await openJobs(deps.tables.jobs, deps.now());
  const waiting = open.found.filter(({ job }) => job.lanes !== undefined);
  for (const { job } of waiting) await workOn(deps, job.id, () => true);
  return waiting.length === 0 ? open : openJobs(deps.tables.jobs, deps.now());
}

/**
 * @param id of a job or of a lane
 * @returns whether it is done; `null` if another process has it or it was done before
 */
export async function workOn(
  deps: MaintenanceDeps,
  id: string,
  goOn: () => boolean,
): Promise<boolean | null> {
  const runner = randomUUID();
  if (!(await claimJob(deps.tables.jobs, id, runner, deps.now()))) return null;
  // Read after the claim: another process may have worked on the job before.
  const job = await readJob(deps.tables.jobs, id);
  return job && runJob({ deps, job, actor: JSON.parse(job.actor) }, runner, goOn);
}

/** @returns whether the job is done; if not, it was released or another process took it over */
async function runJob(run: JobRun, runner: string, goOn: () => boolean): Promise<boolean> {
  const { deps, job } = run;
  const save = (lease: number) => {
    job.updated = deps.now();
    return saveJob(deps.tables.jobs, job, runner, lease);
  };
  // Renewed during a long page, so that another process takes the job over only if this process has died.
  const renewal = setInterval(() => {
    renewLease(deps.tables.jobs, job.id, runner, deps.now()).catch(() => {});
  }, LEASE_MS / 4).unref();
  try {
    if (job.lanes !== undefined) {
      const lanes = await joinLanes(run);
      if (!(await save(0)) || !lanes) return false;
      // After the job is saved: a sum that is missing could not be added up again.
      for (const lane of lanes) if (lane.sum) await forgetSum(deps.tables.jobs, lane);
      return true;
    }
    const stages = stagesOf(job);
    while (job.stage < stages.length) {
      if (!goOn()) {
        await save(0);
        return false;
      }
      await runPage(run, stages[job.stage] as Stage);
      if (job.stage === stages.length) Object.assign(await finish(run), { state: 'done', total: job.done });
      // If a process took the job over meanwhile, both did the same page, which is harmless: every step may
      // be repeated.
      if (!(await save(deps.now() + LEASE_MS))) return false;
    }
    return true;
  } catch (error) {
    const problem = toProblem(error);
    job.problem = problem.code;
    await save(0);
    return false;
  } finally {
    clearInterval(renewal);
  }
}

async function runPage(run: JobRun, stage: Stage): Promise<void> {
  const { job } = run;
  if (!run.counting) await stage.before?.(run);
  const { work, next } = await stage.page(run, job.cursor);
  // A failed item is counted and does not stop the others; if a service fails, the job waits.
  const told = new Work(job.id);
  const results = await Promise.all(work.map((one) => told.item(one)));
  await stage.after?.(run, next === null);
  job.problem = null;
  job.done += results.length;
  job.changed += results.filter((result) => result === true).length;
  job.failed += results.filter((result) => result === null).length;
  job.partly = (job.partly ?? 0) + results.filter((result) => result === 'left').length;
  job.cursor = next;
  if (next === null) job.stage++;
}

function stagesOf({ kind }: Job): readonly Stage[] {
  return KINDS.get(kind) ?? [];
}

function live(work: (run: JobRun, subject: SubjectId) => Promise<Changed>) {
  return async (run: JobRun, item: FoundItem) => item.state === 'live' && work(run, item.subject);
}

function items(work: (run: JobRun, item: FoundItem) => Promise<Changed>): Stage {
  return {
    async page(run, after) {
      const { items: found, next } = await scanKeyItems(run.deps.tables.keys, after, PAGE, run.job.part);
      return { work: found.map((item) => () => work(run, item)), next };
    },
  };
}

function sheets(): Stage {
  return {
    async page(run, after) {
      const { sheets: found, next } = await scanSheets(run.deps.tables.sheets, after, PAGE, run.job.part);
      return { work: found.map((sheet) => () => sweepSheet(run, sheet)), next };
    },
  };
}

function claims(): Stage {
  return {
    async page(run, after) {
      const { deps } = run;
      const { claims: found, unused, next } = await scanClaims(deps.tables.index, after, PAGE, run.job.part);
      const tokens = unused.map((token) => () => dropUnused(deps.tables.index, token));
      return { work: [...found.map((claim) => () => sweepClaim(run, claim)), ...tokens], next };
    },
  };
}

function viewOf(job: Job): JobView {
  const { id, kind, state, total, done, changed, failed, partly = 0, left, suites, problem } = job;
  return {
    id,
    kind: kind as JobKind,
    ...defined({ class: job.class ?? undefined }),
    state,
    total,
    done,
    changed,
    failed: failed + partly,
    ...defined({ suites, left: left && [...left], problem: problem ?? undefined }),
    startedAt: new Date(job.started).toISOString(),
    updatedAt: new Date(job.updated).toISOString(),
  };
}
