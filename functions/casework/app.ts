import type { Hono } from 'hono';
import type { EnvName } from '../../shared/env.ts';
import type { LogWriter } from '../../shared/log/writer.ts';
import { createApp } from '../http/app.ts';
import { AUTH_ENV } from '../http/auth.ts';
import type { Deps } from '../http/deps.ts';
import { LOG_ENV, logWriter } from '../http/log.ts';
import { currentPack, POLICY_ENV } from '../http/policy.ts';
import { tellRefusals } from '../http/tell-refusals.ts';
import { mountConsents } from './consent-routes.ts';
import { mountFreezes } from './freeze-routes.ts';
import { mountTasks } from './task-routes.ts';

export const CASEWORK_ENV = [
  ...AUTH_ENV,
  ...LOG_ENV,
  ...POLICY_ENV,
  'keysTable',
  'indexTable',
  'caseworkTable',
  'statusTable',
  'tasksTable',
  'indexKey',
  'referenceKey',
] as const satisfies readonly EnvName[];

export interface CaseworkDeps extends Deps<(typeof CASEWORK_ENV)[number]> {
  log: LogWriter;
}

/** The acts around a release, and the tasks that they make. This function can open no field. */
export function caseworkApp(base: Deps<(typeof CASEWORK_ENV)[number]>): Hono {
  const deps: CaseworkDeps = { ...base, log: logWriter(base, 'casework') };
  const app = createApp();
  app.use(tellRefusals(deps.log, () => currentPack(deps)));
  mountTasks(app, deps);
  mountConsents(app, deps);
  mountFreezes(app, deps);
  return app as unknown as Hono;
}
