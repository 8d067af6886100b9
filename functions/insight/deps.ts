import type { EnvName } from '../../shared/env.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import type { Deps } from '../deps.ts';
import { AUTH_ENV } from '../session/authenticate.ts';
import { FREEZES_ENV } from '../steps/freezes.ts';
import { LOG_ENV } from '../steps/log.ts';

export const INSIGHT_ENV = [
  ...AUTH_ENV,
  ...LOG_ENV,
  ...FREEZES_ENV,
  'budgetsTable',
  'cohortsTable',
  'keysTable',
  'indexTable',
  'indexKey',
  'leakKey',
] as const satisfies readonly EnvName[];

export interface InsightDeps extends Deps<(typeof INSIGHT_ENV)[number]> {
  log: LogWriter;
}
