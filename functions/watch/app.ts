import type { EnvName } from '../../shared/env.ts';
import { publicKeyOf } from '../../shared/keys/sign.ts';
import type { TreeReader } from '../../shared/log/files/stores.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { makeVerifier } from '../../shared/tree/note.ts';
import type { Deps } from '../deps.ts';
import { currentPack, POLICY_ENV } from '../session/policy.ts';
import { LOG_ENV, logIdOf, logIdsOf, logStore, logWriter } from '../steps/log.ts';
import { type Looked, look, type Watch } from './look.ts';
import { type ReconciledSpan, type Reconciling, reconcileNext } from './reconcile.ts';
import type { Trail } from './trail.ts';

export const WATCH_ENV = [
  ...LOG_ENV,
  'logIndexTable',
  ...POLICY_ENV,
  'keysTable',
  'watchTable',
  'logKey',
  'logName',
  'unwrapRoles',
] as const satisfies readonly EnvName[];

export type WatchDeps = Deps<(typeof WATCH_ENV)[number]> & {
  tree: TreeReader;
  trail: Trail;
};

export interface Watcher {
  /** Compares KMS's record of one span with the log; the next call goes on from there. */
  reconcile(): Promise<ReconciledSpan>;
  /** Looks at what is new in the log. @throws whatever a store or KMS threw; the next look goes on from there. */
  look(): Promise<Looked>;
}

/** The watch over the log. It serves no route and can open nothing. */
export function watchApp(deps: WatchDeps): Watcher {
  const watch = openWatch(deps);
  const reconciling: Reconciling = {
    ...watch,
    trail: deps.trail,
    roles: new Set(deps.env.unwrapRoles.split(' ')),
    logIds: (subjects) => logIdsOf(deps, subjects),
    // A chain of its own: who writes down the place of its next entry must be alone in its chain.
    log: logWriter(deps, 'reconcile'),
  };
  return { look: () => look(watch), reconcile: () => reconcileNext(reconciling) };
}

function openWatch(deps: WatchDeps): Watch {
  const { env, kms, now, tables, tree } = deps;
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
    logIdOf: (subject) => logIdOf(deps, subject),
  };
}
