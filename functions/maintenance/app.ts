import type { Hono } from 'hono';
import type { Job as JobView } from '../../shared/contract/office.ts';
import { textRoutes } from '../../shared/contract/routes/cards.ts';
import { filedRoutes } from '../../shared/contract/routes/filed.ts';
import {
  type JOB_KINDS,
  type JobRequest,
  keyRoutes,
  maintenanceRoutes,
} from '../../shared/contract/routes/maintenance.ts';
import { suiteFor } from '../../shared/crypto/suites.ts';
import { readClassKeyVersions } from '../../shared/env.ts';
import { invalid, Problem } from '../../shared/errors.ts';
import type { SubjectId } from '../../shared/ids.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { accepted, contractApp } from '../http/serve.ts';
import { currentPolicy, pack } from '../session/policy.ts';
import { serveCalls } from '../session/serve.ts';
import type { Session, SessionVariables } from '../session/session.ts';
import { logStore, logWriter } from '../steps/log.ts';
import { alertRefusals } from '../steps/refusals.ts';
import { actorOf } from './acting.ts';
import type { MaintenanceBase, MaintenanceDeps, Runner } from './deps.ts';
import { endHelp, resumeHelp } from './end-help.ts';
import { erase, keep } from './erase.ts';
import { lostAmong } from './filed.ts';
import {
  openLanes,
  ownJob,
  startDaily,
  startJob,
  startOnce,
  viewJob,
  workOn,
  workOnJobs,
} from './jobs/jobs.ts';
import { retainSubject } from './jobs/retain.ts';
import { inProcess } from './jobs/runner.ts';
import { keepApart, requestMerge } from './merge-request.ts';
import { keepHere, requestMove } from './move-request.ts';
import { requestParting } from './part-request.ts';
import { testStoryText } from './story-text.ts';
import { listWaiting } from './waiting-list.ts';

export interface Maintenance {
  app: Hono;
  /** Works on jobs while `goOn` returns true. See `workOnJobs`. */
  work(goOn: () => boolean): Promise<number | null>;
  /** Ids of the open lanes of jobs. */
  lanes(): Promise<string[]>;
  /** Works on a lane. @returns whether it is done; `null` if another process works on it, or did */
  lane(id: string, goOn: () => boolean): Promise<boolean | null>;
  /** Starts the passes of the day, unless they were started. @returns whether it started one */
  daily(): Promise<boolean>;
  /** The pass over one person, for who does not wait for that of the day. */
  retain(subject: SubjectId): Promise<boolean>;
  /** Repeats the erasures and moves in the log, after a restore of the records. @returns the job */
  replay(): Promise<JobView | null>;
  /** For a long-lived process: works on jobs in the background, first on those that an earlier process left. */
  runHere(): Runner;
}

/** Erasure, merges and maintenance of keys. No route returns the value of a field. */
export function openMaintenance(base: MaintenanceBase): Maintenance {
  const deps: MaintenanceDeps = {
    ...base,
    log: logWriter(base, 'maintenance'),
    classKeys: readClassKeyVersions(base.env.classKeys),
    suite: suiteFor(base.env.cryptography),
    lanes: Number(base.env.jobLanes),
  };
  let runner: Runner | null = null;
  return {
    app: routes(deps, () => runner?.wake()),
    work: (goOn) => workOnJobs(deps, goOn),
    lanes: () => openLanes(deps),
    lane: (id, goOn) => workOn(deps, id, goOn),
    async daily() {
      const started = await startDaily(deps, 'retention');
      if (started) runner?.wake();
      return started;
    },
    async retain(subject) {
      const job = await ownJob(deps, 'retention', 'one');
      return retainSubject({ deps, job, actor: JSON.parse(job.actor) }, subject);
    },
    async replay() {
      const id = await startOnce(deps, 'replay', String(deps.now()));
      await workOnJobs(deps, () => true);
      return viewJob(deps, id);
    },
    runHere() {
      runner = inProcess(deps);
      runner.wake();
      return runner;
    },
  };
}

function routes(deps: MaintenanceDeps, wake: () => void): Hono {
  const app = contractApp<SessionVariables>('maintenance', deps);
  app.use(alertRefusals(deps.log, () => Promise.resolve(pack)));
  const by = async (session: Session, words: Parameters<typeof actorOf>[1] = {}) =>
    actorOf(session, words, await currentPolicy(deps));
  serveCalls(app, deps, maintenanceRoutes, {
    listWaitingActs: async (session) => ({ acts: await listWaiting(deps, session) }),
    eraseSubject: async (session, { ref, body: { instrument, entry: seen, ...words } }) =>
      erase({ deps, session, actor: await by(session, words), ref, instrument, seen }),
    keepSubject: async (session, { ref, body }) =>
      keep({ deps, session, actor: await by(session, body), ref }),
    mergeSubject: async (session, { ref, body: { into, entry: seen, ...words } }) =>
      requestMerge({ deps, session, actor: await by(session, words), ref, into, seen }),
    keepSubjectsApart: async (session, { ref, body }) =>
      keepApart({ deps, session, actor: await by(session, body), ref }),
    partSubject: async (session, { ref, body: { entry: seen, ...words } }) =>
      requestParting({ deps, session, actor: await by(session, words), ref, seen }),
    moveSubject: async (session, { ref, body: { area, entry: seen, ...words } }) =>
      requestMove({ deps, session, actor: await by(session, words), ref, area, seen }),
    endHelp: async (session, { ref, body: { entry: seen, ...words } }) =>
      endHelp({ deps, session, actor: await by(session, words), ref, seen }),
    resumeHelp: async (session, { ref, body }) =>
      resumeHelp({ deps, session, actor: await by(session, body), ref }),
    keepSubjectHere: async (session, { ref, body }) =>
      keepHere({ deps, session, actor: await by(session, body), ref }),
  });
  serveCalls(app, deps, filedRoutes, {
    compareFiled: async (_session, { query: { ids } }) => ({
      lost: await lostAmong({ store: logStore(deps), tables: deps.tables }, ids),
    }),
  });
  serveCalls(app, deps, textRoutes, {
    testStoryText: async (session, { body: { ref, text, request, ...words } }) =>
      testStoryText({ deps, session, actor: await by(session, words), ref, text, request }),
  });
  const job =
    (kind: (typeof JOB_KINDS)[number]) =>
    async (session: Session, { body: { class: only, ...words } }: { body: JobRequest }) => {
      if (only !== undefined && !pack.classes.has(only)) throw invalid('/class', commonTexts.noSuchClass);
      const started = await startJob(deps, await by(session, words), kind, only ?? null);
      wake();
      return accepted(started);
    };
  serveCalls(app, deps, keyRoutes, {
    async readJob(_session, { id }) {
      const job = await viewJob(deps, id);
      if (!job) throw new Problem('NOT_FOUND');
      return job;
    },
    rewrapKeys: job('rewrap'),
    rekeyFields: job('rekey'),
    compactKeys: job('compact'),
    reindexKeys: job('reindex'),
    sweepStores: job('sweep'),
    replayErasures: job('replay'),
    countCohorts: job('cohorts'),
    endRetention: job('retention'),
  });
  return app as unknown as Hono;
}
