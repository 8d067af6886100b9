import type { ClassKeys, EnvName } from '../../shared/env.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import type { Deps } from '../deps.ts';
import { AUTH_ENV } from '../session/authenticate.ts';
import { LOG_ENV } from '../steps/log.ts';

export const INTAKE_ENV = [
  ...AUTH_ENV,
  ...LOG_ENV,
  'keysTable',
  'sheetsTable',
  'indexTable',
  'classKeys',
  'indexKey',
  'leakKey',
  'referenceKey',
] as const satisfies readonly EnvName[];

export interface IntakeDeps extends Deps<(typeof INTAKE_ENV)[number]> {
  log: LogWriter;
  classKeys: ClassKeys;
}
