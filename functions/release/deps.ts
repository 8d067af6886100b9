import type { ClassKeys, EnvName } from '../../shared/env.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import type { FileReads } from '../../shared/records/file-store.ts';
import type { Deps } from '../deps.ts';
import { AUTH_ENV } from '../session/authenticate.ts';
import { FILING_ENV } from '../steps/file-request.ts';
import { LOG_ENV } from '../steps/log.ts';
import type { PurposeSessions, SessionDeps } from './purpose-sessions.ts';

export const RELEASE_ENV = [
  ...AUTH_ENV,
  ...LOG_ENV,
  ...FILING_ENV,
  'sheetsTable',
  'indexTable',
  'caseworkTable',
  'budgetsTable',
  'cohortsTable',
  'logIndexTable',
  'classKeys',
  'indexKey',
  'answerKey',
  'sessionRole',
  'stsEndpoint',
  'unwrapKey',
] as const satisfies readonly EnvName[];

/** The input for creating the app. */
export type ReleaseBase = Deps<(typeof RELEASE_ENV)[number]> & SessionDeps & { files: FileReads };

export type ReleaseDeps = ReleaseBase & {
  log: LogWriter;
  classKeys: ClassKeys;
  sessions: PurposeSessions;
};
