import type { KeyObject } from 'node:crypto';
import type { EnvName } from '../../shared/env.ts';
import { kmsSign, publicKeyOf } from '../../shared/keys/sign.ts';
import { publicKeysOf } from '../../shared/keys/signing-keys.ts';
import type { Lock, TreeStore } from '../../shared/log/files/stores.ts';
import { sha256, verifyEd25519 } from '../../shared/log/node-crypto.ts';
import { makeVerifier, signNote } from '../../shared/tree/note.ts';
import { formatWriterKeys, openWriterKeys } from '../../shared/tree/writer-key.ts';
import type { Deps } from '../deps.ts';
import { checkChains } from './check-chains.ts';
import { checkIndex } from './check-index.ts';
import type { Check } from './checked.ts';
import type { Checkers, SequencerDeps } from './deps.ts';
import { type Ahead, type Step, sequence } from './sequence.ts';
import { tableIndex } from './stores/log-index.ts';
import { tableLock, tablePersons, tableWriters } from './stores/tree-table.ts';

export const SEQUENCER_ENV = [
  'logTable',
  'wordsTable',
  'logIndexTable',
  'treeTable',
  'writerKey',
  'logKey',
  'logName',
] as const satisfies readonly EnvName[];

type SequencerAppDeps = Deps<(typeof SEQUENCER_ENV)[number]> & {
  tree: TreeStore;
  /** @param own checks in this thread. Default: it checks everything */
  checkers?(own: Check, gatewayKeys: readonly KeyObject[]): Checkers;
};

export interface Sequencer {
  /** One step of the tree. @throws the error of a store or KMS; the next step continues. */
  step(): Promise<Step>;
  /** Compares the index with one bundle of the tree. See `checkIndex`. */
  check(turn: number): Promise<number>;
}

/** The sequencer with the gateway's tables, keys and files. It serves no route. */
export function sequencerApp(deps: SequencerAppDeps): Sequencer {
  let opened: Promise<SequencerDeps> | null = null;
  let ahead: Ahead | undefined;
  const open = () => {
    opened ??= openSequencer(deps).catch((error) => {
      opened = null;
      throw error;
    });
    return opened;
  };
  return {
    async step() {
      // A step that fails leaves nothing to begin with.
      const begun = ahead;
      ahead = undefined;
      const step = await sequence(await open(), begun);
      ahead = step.ahead;
      return step;
    },
    check: async (turn) => checkIndex(await open(), turn),
  };
}

/** Reads the keys, and publishes those that certify writers if the log does not name them yet. */
export async function openSequencer({
  env,
  kms,
  dynamo,
  now,
  tree,
  checkers,
}: SequencerAppDeps): Promise<SequencerDeps> {
  const [gatewayKeys, logKey] = await Promise.all([
    publicKeysOf(kms, env.writerKey),
    publicKeyOf(kms, env.logKey),
  ]);
  const log = makeVerifier(sha256, env.logName, rawKey(logKey));
  const sign = (message: Uint8Array) => kmsSign(kms, env.logKey, 'ED25519_SHA_512', message);
  await publishWriterKeys(tree.writerKeys, { log, sign }, gatewayKeys.map(rawKey));
  const { logTable, wordsTable, treeTable } = env;
  const tables = { dynamo, logTable, wordsTable, treeTable };
  const own: Check = (group) => checkChains(opened, group);
  const opened: SequencerDeps = {
    files: tree.files,
    published: tree.published,
    lock: tableLock(tables),
    writers: tableWriters(tables),
    persons: tablePersons(tables),
    ...(checkers && { checkers: checkers(own, gatewayKeys) }),
    index: tableIndex({ dynamo, indexTable: env.logIndexTable }),
    gatewayKeys,
    log,
    sign,
    now,
  };
  return opened;
}

/**
 * Signed by the log's key: a reader who trusts the log learns which keys certify its writers. A key that was named once
 * stays, because the log has certificates of it; the sequencer takes no new writer under it.
 * @throws Error if another sequencer changes the statement in the same moment, or its signature is wrong
 */
async function publishWriterKeys(
  file: Lock,
  { log, sign }: Pick<SequencerDeps, 'log' | 'sign'>,
  present: readonly Buffer[],
): Promise<void> {
  const before = await file.read();
  const known = before === null ? [] : await openWriterKeys(Buffer.from(before), log, verifyEd25519);
  if (!known) throw new Error('the log does not name its writer keys');
  const isKnown = (key: Buffer) => known.some((one) => key.equals(one));
  const added = present.filter((key) => !isKnown(key));
  if (added.length === 0) return;
  const statement = formatWriterKeys({ origin: log.name, keys: [...known, ...added] });
  const note = signNote(statement, log, await sign(Buffer.from(statement)));
  if (!(await file.swap(before, note))) throw new Error('another sequencer names the writer keys');
}

function rawKey(key: Awaited<ReturnType<typeof publicKeyOf>>): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url');
}
