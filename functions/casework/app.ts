import type { Hono } from 'hono';
import { suiteFor } from '../../shared/crypto/suites.ts';
import { readClassKeyVersions } from '../../shared/env.ts';
import type { Deps } from '../deps.ts';
import { Work } from '../http/scheduled.ts';
import { contractApp } from '../http/serve.ts';
import { currentPack } from '../session/policy.ts';
import type { SessionVariables } from '../session/session.ts';
import { logStore, logWriter } from '../steps/log.ts';
import { alertRefusals } from '../steps/refusals.ts';
import { mountCases } from './cases/routes.ts';
import { mountConsents } from './consents/routes.ts';
import type { CASEWORK_ENV, CaseworkDeps, HandledEntries } from './deps.ts';
import { mountFreezes } from './freezes/routes.ts';
import { mountHarmReports } from './harm/routes.ts';
import { mountHolds } from './holds/routes.ts';
import { mountIncidents } from './incidents/routes.ts';
import { mountObjections } from './objections/routes.ts';
import { findRecused, mountRecusals } from './recusals.ts';
import { mountRequests } from './requests/routes.ts';
import { mountSubjects } from './subjects/routes.ts';
import { askAboutContracts } from './tasks/contracts.ts';
import { followLog } from './tasks/follow-log.ts';
import { alertOverdue, forgetLapsed } from './tasks/overdue.ts';
import { mountTasks } from './tasks/routes.ts';

type Base = Deps<(typeof CASEWORK_ENV)[number]>;

export interface Casework {
  app: Hono;
  /** Opens the tasks that log entries require, and raises alerts about overdue tasks; each hour takes lapsed names out of tasks. @returns the number of both */
  pass(goOn?: () => boolean): Promise<number>;
}

/** Acts around a release, and the tasks that result. This function cannot open any field. */
export function caseworkApp(base: Base): Hono {
  return openCasework(base).app;
}

export function openCasework(base: Base): Casework {
  const deps: CaseworkDeps = {
    ...base,
    log: logWriter(base, 'casework'),
    store: logStore(base),
    classKeys: readClassKeyVersions(base.env.classKeys),
    suite: suiteFor(base.env.cryptography),
  };
  const handled: HandledEntries = new Map();
  let lapsed = 0;
  return {
    app: routes(deps),
    async pass(goOn = () => true) {
      const follower = { deps, pack: await currentPack(deps), handled };
      const work = new Work('tasks');
      const followed = await work.step(() => followLog(follower, goOn, work));
      const alerted = await work.step(() => alertOverdue(follower, goOn, work));
      const before = lapsed;
      lapsed = (await work.step(() => forgetLapsed(follower, goOn, work, lapsed))) ?? lapsed;
      if (lapsed !== before) await work.step(() => askAboutContracts(follower));
      await work.step(() => findRecused(deps, goOn));
      work.end();
      return (followed ?? 0) + (alerted ?? 0);
    },
  };
}

function routes(deps: CaseworkDeps): Hono {
  const app = contractApp<SessionVariables>('casework', deps);
  app.use(alertRefusals(deps.log, () => currentPack(deps)));
  mountTasks(app, deps);
  mountConsents(app, deps);
  mountFreezes(app, deps);
  mountHolds(app, deps);
  mountRecusals(app, deps);
  mountHarmReports(app, deps);
  mountObjections(app, deps);
  mountIncidents(app, deps);
  mountSubjects(app, deps);
  mountRequests(app, deps);
  mountCases(app, deps);
  return app as unknown as Hono;
}
