import type { EnvName } from '../../shared/env.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import type { FileRemovals } from '../../shared/records/file-store.ts';
import type { Deps } from '../deps.ts';
import { AUTH_ENV } from '../session/authenticate.ts';
import { LOG_ENV, LOG_READ_ENV } from '../steps/log.ts';
import type { SealDeps } from '../steps/new-data-key.ts';

export const MAINTENANCE_ENV = [
  ...AUTH_ENV,
  ...LOG_ENV,
  'cohortsTable',
  'watchTable',
  'tells',
  ...LOG_READ_ENV,
  'keysTable',
  'sheetsTable',
  'indexTable',
  'caseworkTable',
  'statusTable',
  'jobsTable',
  'tasksTable',
  'requestsTable',
  'classKeys',
  'cryptography',
  'indexKey',
  'leakKey',
  'referenceKey',
  'jobLanes',
] as const satisfies readonly EnvName[];

/** The input for creating the app. */
export interface MaintenanceBase extends Deps<(typeof MAINTENANCE_ENV)[number]> {
  files: FileRemovals;
}

export interface MaintenanceDeps extends SealDeps, MaintenanceBase {
  log: LogWriter;
  /** Processes that may work on one job. */
  lanes: number;
}

/** Works on jobs within a long-lived process. On Lambda a schedule does this. */
export interface Runner {
  /** To be called when a job may be waiting. */
  wake(): void;
  /** Stops after the current page. */
  stop(): Promise<void>;
}
