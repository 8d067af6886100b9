import type { Hono } from 'hono';
import type { EnvName } from '../../shared/env.ts';
import type { LogStore } from '../../shared/log/read/read.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import type { Deps } from '../deps.ts';
import { createApp } from '../http/app.ts';
import { AUTH_ENV } from '../session/authenticate.ts';
import { FILING_ENV } from '../steps/file-request.ts';
import { FREEZES_ENV } from '../steps/freezes.ts';
import { LOG_ENV, logStore, logWriter } from '../steps/log.ts';
import { currentPack, POLICY_ENV } from '../steps/policy.ts';
import { tellRefusals } from '../steps/refusals.ts';
import { mountConsents } from './consents/routes.ts';
import { mountFreezes } from './freezes/routes.ts';
import { mountIncidents } from './incidents/routes.ts';
import { mountObjections } from './objections/routes.ts';
import { mountRequests } from './requests/routes.ts';
import { followLog, type Seen } from './tasks/follow-log.ts';
import { alertOverdue } from './tasks/overdue.ts';
import { mountTasks } from './tasks/routes.ts';

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
