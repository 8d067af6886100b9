import type { Hono } from 'hono';
import type { Job as JobView } from '../../shared/contract/office.ts';
import { TestText } from '../../shared/contract/routes/asks.ts';
import {
  EraseRequest,
  JOB_KINDS,
  JobRequest,
  KeepRequest,
  MergeRequest,
} from '../../shared/contract/routes/maintenance.ts';
import { readClassKeyVersions } from '../../shared/env.ts';
import { invalid, Problem } from '../../shared/errors.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import type { Deps } from '../deps.ts';
import { createApp } from '../http/app.ts';
import { readBody, readBodyOrNone } from '../http/body.ts';
import { authenticate } from '../session/authenticate.ts';
import { currentPolicy, pack } from '../session/policy.ts';
import type { SessionVariables } from '../session/session.ts';
import { logWriter } from '../steps/log.ts';
import { alertRefusals } from '../steps/refusals.ts';
import { actorOf } from './acting.ts';
import type { MAINTENANCE_ENV, MaintenanceDeps, Runner } from './deps.ts';
import { erase, keep } from './erase.ts';
import { openLanes, startDaily, startJob, startOnce, viewJob, workOn, workOnJobs } from './jobs/jobs.ts';
import { inProcess } from './jobs/runner.ts';
import { keepApart, requestMerge } from './merge-request.ts';
import { requestParting } from './part-request.ts';
import { testStoryText } from './story-text.ts';
import { listWaiting } from './waiting-list.ts';

type Base = Deps<(typeof MAINTENANCE_ENV)[number]>;

/** Erasure, merges and maintenance of keys. No route returns the value of a field. */
export function maintenanceApp(base: Base): Hono {
  return openMaintenance(base).app;
}

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
  /** Repeats the erasures in the log, after a restore of the records. @returns the job */
  replay(): Promise<JobView | null>;
  /** For a long-lived process: works on jobs in the background, first on those that an earlier process left. */
  runHere(): Runner;
}

export function openMaintenance(base: Base): Maintenance {
  const deps: MaintenanceDeps = {
    ...base,
    log: logWriter(base, 'maintenance'),
    classKeys: readClassKeyVersions(base.env.classKeys),
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
  const app = createApp<SessionVariables>(deps.env.publicUrl);
  app.use(alertRefusals(deps.log, () => Promise.resolve(pack)));
  app.get('/v1/subjects/waiting', authenticate(deps, 'subject.waiting'), async (c) => {
    return c.json({ acts: await listWaiting(deps, c.get('session')) });
  });
  app.post('/v1/subjects/:ref/erase', authenticate(deps, 'subject.erase'), async (c) => {
    const session = c.get('session');
    const { instrument, ...words } = await readBodyOrNone(c, EraseRequest);
    const actor = actorOf(session, words, await currentPolicy(deps));
    const answer = await erase({ deps, session, actor, ref: c.req.param('ref'), instrument });
    return c.json(answer, 'state' in answer ? 202 : 200);
  });
  app.delete('/v1/subjects/:ref/erase', authenticate(deps, 'subject.keep'), async (c) => {
    const session = c.get('session');
    const actor = actorOf(session, await readBodyOrNone(c, KeepRequest), await currentPolicy(deps));
    return c.json(await keep({ deps, session, actor, ref: c.req.param('ref') }));
  });
  app.post('/v1/subjects/:ref/merge', authenticate(deps, 'subject.merge'), async (c) => {
    const session = c.get('session');
    const { into, ...words } = await readBody(c, MergeRequest);
    const call = {
      deps,
      session,
      actor: actorOf(session, words, await currentPolicy(deps)),
      ref: c.req.param('ref'),
      into,
    };
    const answer = await requestMerge(call);
    return c.json(answer, 'state' in answer ? 202 : 200);
  });
  app.delete('/v1/subjects/:ref/merge', authenticate(deps, 'subject.apart'), async (c) => {
    const session = c.get('session');
    const actor = actorOf(session, await readBodyOrNone(c, KeepRequest), await currentPolicy(deps));
    return c.json(await keepApart({ deps, session, actor, ref: c.req.param('ref') }));
  });
  app.post('/v1/subjects/:ref/part', authenticate(deps, 'subject.part'), async (c) => {
    const session = c.get('session');
    const actor = actorOf(session, await readBodyOrNone(c, KeepRequest), await currentPolicy(deps));
    const answer = await requestParting({ deps, session, actor, ref: c.req.param('ref') });
    return c.json(answer, 'state' in answer ? 202 : 200);
  });
  app.post('/v1/story-texts', authenticate(deps, 'text.test'), async (c) => {
    const session = c.get('session');
    const { ref, text, request, ...words } = await readBody(c, TestText);
    return c.json(
      await testStoryText({
        deps,
        session,
        actor: actorOf(session, words, await currentPolicy(deps)),
        ref,
        text,
        request,
      }),
    );
  });
  for (const kind of JOB_KINDS) {
    app.post(`/v1/keys/${kind}`, authenticate(deps, 'keys.maintain'), async (c) => {
      const { class: only, ...words } = await readBodyOrNone(c, JobRequest);
      if (only !== undefined && !pack.classes.has(only)) throw invalid('/class', commonTexts.noSuchClass);
      const job = await startJob(
        deps,
        actorOf(c.get('session'), words, await currentPolicy(deps)),
        kind,
        only ?? null,
      );
      wake();
      return c.json(job, 202);
    });
  }
  app.get('/v1/jobs/:id', authenticate(deps, 'job.read'), async (c) => {
    const job = await viewJob(deps, c.req.param('id'));
    if (!job) throw new Problem('NOT_FOUND');
    return c.json(job);
  });
  return app as unknown as Hono;
}
