import type { Hono } from 'hono';
import type { EnvName } from '../../shared/env.ts';
import type { LogStore } from '../../shared/log/read.ts';
import type { LogWriter } from '../../shared/log/writer.ts';
import { createApp } from '../http/app.ts';
import { AUTH_ENV } from '../http/auth.ts';
import type { Deps } from '../http/deps.ts';
import { FILING_ENV } from '../http/file-request.ts';
import { FREEZES_ENV } from '../http/freezes.ts';
import { LOG_ENV, logStore, logWriter } from '../http/log.ts';
import { currentPack, POLICY_ENV } from '../http/policy.ts';
import { tellRefusals } from '../http/tell-refusals.ts';
import { mountConsents } from './consent-routes.ts';
import { followLog, type Seen } from './follow-log.ts';
import { mountFreezes } from './freeze-routes.ts';
import { mountIncidents } from './incident-routes.ts';
import { mountObjections } from './objection-routes.ts';
import { alertOverdue } from './overdue.ts';
import { mountRequests } from './request-routes.ts';
import { mountTasks } from './task-routes.ts';

export const CASEWORK_ENV = [
  ...AUTH_ENV,
  ...LOG_ENV,
  ...POLICY_ENV,
  ...FREEZES_ENV,
  ...FILING_ENV,
  'indexTable',
  'logIndexTable',
  'statusTable',
  'budgetsTable',
  'indexKey',
] as const satisfies readonly EnvName[];

export interface CaseworkDeps extends Deps<(typeof CASEWORK_ENV)[number]> {
  log: LogWriter;
  store: LogStore;
}

type Base = Deps<(typeof CASEWORK_ENV)[number]>;

export interface Casework {
  app: Hono;
  /** Opens what the log asks for and tells what is overdue. @returns how much of either */
  pass(goOn?: () => boolean): Promise<number>;
}

/** The acts around a release, and the tasks that they make. This function can open no field. */
export function caseworkApp(base: Base): Hono {
  return openCasework(base).app;
}

export function openCasework(base: Base): Casework {
  const deps: CaseworkDeps = { ...base, log: logWriter(base, 'casework'), store: logStore(base) };
  const seen: Seen = new Map();
  return {
    app: routes(deps),
    async pass(goOn = () => true) {
      const follower = { deps, pack: await currentPack(deps), seen };
      return (await followLog(follower, goOn)) + (await alertOverdue(follower, goOn));
    },
  };
}

function routes(deps: CaseworkDeps): Hono {
  const app = createApp();
  app.use(tellRefusals(deps.log, () => currentPack(deps)));
  mountTasks(app, deps);
  mountConsents(app, deps);
  mountFreezes(app, deps);
  mountObjections(app, deps);
  mountIncidents(app, deps);
  mountRequests(app, deps);
  return app as unknown as Hono;
}
