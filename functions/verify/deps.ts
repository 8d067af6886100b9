import type { ClassKeys, EnvName } from '../../shared/env.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import type { ListFiles } from '../../shared/records/list-files.ts';
import type { Deps } from '../deps.ts';
import { AUTH_ENV } from '../session/authenticate.ts';
import { LOG_ENV } from '../steps/log.ts';

export const VERIFY_ENV = [
  ...AUTH_ENV,
  ...LOG_ENV,
  'budgetsTable',
  'keysTable',
  'sheetsTable',
  'indexTable',
  'caseworkTable',
  'statusTable',
  'classKeys',
  'indexKey',
  'referenceKey',
  'attestationKey',
  'proofSigner',
] as const satisfies readonly EnvName[];

export interface VerifyDeps extends Deps<(typeof VERIFY_ENV)[number]> {
  log: LogWriter;
  classKeys: ClassKeys;
  /** The files of lists that the gateway works off; absent in a deployment without them. */
  lists?: ListFiles;
}
