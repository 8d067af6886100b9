import type { LogWriter } from '../../shared/log/write/writer.ts';
import type { Deps } from '../deps.ts';
import { AUTH_ENV } from '../session/authenticate.ts';
import { LOG_ENV } from '../steps/log.ts';

export const STEWARD_ENV = [...AUTH_ENV, ...LOG_ENV, 'cohortsTable', 'budgetsTable'] as const;
export type BaseDeps = Deps<(typeof STEWARD_ENV)[number]>;
export interface StewardDeps extends BaseDeps {
  log: LogWriter;
}
