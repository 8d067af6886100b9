import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { EnvName } from '../../shared/env.ts';
import { publicKeyOf } from '../../shared/keys/sign.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import type { TreeReader } from '../../shared/log/stores.ts';
import { makeVerifier } from '../../shared/tree/note.ts';
import type { Deps } from '../http/deps.ts';
import { LOG_ENV, logStore, logWriter } from '../http/log.ts';
import { currentPack, POLICY_ENV } from '../http/policy.ts';
import { type Looked, look, type Watch } from './look.ts';

export const WATCH_ENV = [
  ...LOG_ENV,
  'logIndexTable',
  ...POLICY_ENV,
  'keysTable',
  'watchTable',
  'logKey',
  'logName',
] as const satisfies readonly EnvName[];

export type WatchDeps = Deps<(typeof WATCH_ENV)[number]> & { tree: TreeReader };

export interface Watcher {
  /** Looks at what is new in the log. @throws whatever a store or KMS threw; the next look goes on from there. */
  look(): Promise<Looked>;
}

/** The watch over the log. It serves no route and can open nothing. */
export function watchApp(deps: WatchDeps): Watcher {
  const watch = openWatch(deps);
  return { look: () => look(watch) };
}

function openWatch(deps: WatchDeps): Watch {
  const { env, kms, dynamo, now, tree } = deps;
  return {
    state: { dynamo, table: env.watchTable },
    store: logStore(deps),
    log: logWriter(deps, 'watch'),
    now,
    tree,
    treeTable: env.treeTable,
    pack: () => currentPack(deps),
    async verifier() {
      const { x } = (await publicKeyOf(kms, env.logKey)).export({ format: 'jwk' });
      return makeVerifier(sha256, env.logName, Buffer.from(x as string, 'base64url'));
    },
    logIdOf: (subject) => logIdOf(deps, subject),
  };
}

/** @returns `null` for a subject that was erased: nothing leads from it to the log any more. */
async function logIdOf({ dynamo, env }: WatchDeps, subject: string): Promise<string | null> {
  const { Item } = await dynamo.send(
    new GetItemCommand({
      TableName: env.keysTable,
      Key: { subject: { S: subject } },
      // The wrapped keys beside it are none of the watch's business.
      ProjectionExpression: 'logId',
    }),
  );
  return Item?.logId?.S ?? null;
}
