import type { EnvName } from '../../shared/env.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import type { FileUploads } from '../../shared/records/file-store.ts';
import type { Deps } from '../deps.ts';
import { AUTH_ENV } from '../session/authenticate.ts';
import { LOG_ENV } from '../steps/log.ts';
import type { SealDeps } from '../steps/new-data-key.ts';

export const INTAKE_ENV = [
  ...AUTH_ENV,
  ...LOG_ENV,
  'keysTable',
  'sheetsTable',
  'indexTable',
  'classKeys',
  'cryptography',
  'indexKey',
  'leakKey',
  'referenceKey',
] as const satisfies readonly EnvName[];

/** The input for creating the app. */
export interface IntakeBase extends Deps<(typeof INTAKE_ENV)[number]> {
  files: FileUploads;
}

export interface IntakeDeps extends SealDeps, IntakeBase {
  log: LogWriter;
}
