import type { EnvName } from '../../shared/env.ts';
import type { LogId, SubjectId } from '../../shared/ids.ts';
import type { Certifier } from '../../shared/log/check/chain.ts';
import type { TreeReader } from '../../shared/log/files/stores.ts';
import type { LogStore } from '../../shared/log/read/read.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Table } from '../../shared/store/table.ts';
import type { Deps } from '../deps.ts';
import { AUTH_ENV } from '../session/authenticate.ts';
import { LOG_ENV } from '../steps/log.ts';

export const AUDIT_ENV = [
  ...AUTH_ENV,
  ...LOG_ENV,
  'logIndexTable',
  'keysTable',
  'referenceKey',
  'logKey',
  'logName',
  'publicLog',
  'watchTable',
  'unwrapRoles',
] as const satisfies readonly EnvName[];

export type AuditDeps = Deps<(typeof AUDIT_ENV)[number]> & { tree: TreeReader };

/** What the acts of officers need. */
export interface Auditing {
  store: LogStore;
  log: Pick<LogWriter, 'append' | 'next'>;
  /** Table that the watch shares with the officers. */
  watchTable: Table;
  /** Where the places of items in the tree are. */
  treeTable: Table;
  /** Names of the roles that may unwrap data keys. */
  unwrapRoles: readonly string[];
  pack(): Promise<Pack>;
  /** The keys that certify writers, as the log's key names them; none while the log is empty. */
  certifiers(): Promise<readonly Certifier[]>;
  /** Subjects to their ids in the log. */
  logIds(subjects: Iterable<SubjectId>): Promise<ReadonlyMap<SubjectId, LogId>>;
  now(): number;
}
