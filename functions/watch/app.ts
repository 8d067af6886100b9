import type { EnvName } from '../../shared/env.ts';
import { publicKeyOf } from '../../shared/keys/sign.ts';
import type { TreeReader } from '../../shared/log/files/stores.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { readLogId } from '../../shared/records/subject/outlines.ts';
import { makeVerifier } from '../../shared/tree/note.ts';
import type { Deps } from '../deps.ts';
import { currentPack, POLICY_ENV } from '../session/policy.ts';
import { LOG_ENV, logIdsOf, logStore, logWriter } from '../steps/log.ts';
import type { Running } from './code.ts';
import type { Reconciling } from './compare.ts';
import { type ReconciledSpan, reconcileNext } from './reconcile.ts';
import { type ScanResult, scan, type Watch } from './scan.ts';
import type { Trail } from './trail.ts';

export const WATCH_ENV = [
  ...LOG_ENV,
  'logIndexTable',
  ...POLICY_ENV,
  'keysTable',
  'watchTable',
  'modeTable',
  'logKey',
  'logName',
  'unwrapRoles',
  'releaseKey',
  'tells',
] as const satisfies readonly EnvName[];

type WatchDeps = Deps<(typeof WATCH_ENV)[number]> & {
  tree: TreeReader;
  trail: Trail;
  /** What the functions run, by who runs them; absent: it is not asked. */
  running?: () => Promise<readonly Running[]>;
};

export interface Watcher {
  /** Compares KMS's record of one span with the log; the next call continues with the next span. */
  reconcile(): Promise<ReconciledSpan>;
  /** Scans new entries of the log. @throws the error of a store or KMS; the next scan repeats the same entries. */
  scan(): Promise<ScanResult>;
}

/** The watch over the log. It serves no route and cannot open any field. */
export function watchApp(deps: WatchDeps): Watcher {
  const watch = openWatch(deps);
  const reconciling: Reconciling = {
    ...watch,
    trail: deps.trail,
    roles: new Set(deps.env.unwrapRoles.split(' ')),
    kept: new Map(),
    logIds: (subjects) => logIdsOf(deps, subjects),
    // A chain of its own, because `raiseOnce` stores the place of its next entry before the append.
    log: logWriter(deps, 'watch'),
  };
  return { scan: () => scan(watch), reconcile: () => reconcileNext(reconciling) };
}

/** Milliseconds between looks at what functions run. */
const ASKED_EACH = 5 * 60_000;

function openWatch(deps: WatchDeps): Watch {
  const { env, kms, now, tables, tree, running } = deps;
  let asked = Number.NEGATIVE_INFINITY;
  return {
    state: tables.watch,
    store: logStore(deps),
    log: logWriter(deps, 'watch'),
    now,
    tree,
    treeTable: tables.tree,
    pack: () => currentPack(deps),
    async verifier() {
      const { x } = (await publicKeyOf(kms, env.logKey)).export({ format: 'jwk' });
      return makeVerifier(sha256, env.logName, Buffer.from(x as string, 'base64url'));
    },
    releaseKey: env.releaseKey,
    tells: env.tells === 'yes',
    look() {
      if (!running || now() - asked < ASKED_EACH) return null;
      asked = now();
      return running;
    },
    logIdOf: (subject) => readLogId(deps.tables.keys, subject),
  };
}
