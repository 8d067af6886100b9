import type { EnvName } from '../../shared/env.ts';
import type { LogStore } from '../../shared/log/read/read.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Deps } from '../deps.ts';
import { AUTH_ENV } from '../session/authenticate.ts';
import { FILING_ENV } from '../steps/file-request.ts';
import { FREEZES_ENV } from '../steps/freezes.ts';
import { LOG_ENV } from '../steps/log.ts';
import type { SealDeps } from '../steps/new-data-key.ts';

export const CASEWORK_ENV = [
  ...AUTH_ENV,
  ...LOG_ENV,
  ...FREEZES_ENV,
  ...FILING_ENV,
  'indexTable',
  'sheetsTable',
  'logIndexTable',
  'statusTable',
  'budgetsTable',
  'watchTable',
  'tells',
  'indexKey',
  'leakKey',
  'caseRegister',
  'classKeys',
  'cryptography',
] as const satisfies readonly EnvName[];

export interface CaseworkDeps extends SealDeps, Deps<(typeof CASEWORK_ENV)[number]> {
  log: LogWriter;
  store: LogStore;
}

/**
 * Handled entries and opened tasks, with the instant in epoch milliseconds. Kept as long as the entries may
 * be read again.
 */
export type HandledEntries = Map<string, number>;

export interface Follower {
  deps: CaseworkDeps;
  pack: Pack;
  handled: HandledEntries;
}
