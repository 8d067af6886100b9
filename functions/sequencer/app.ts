import type { EnvName } from '../../shared/env.ts';
import { kmsSign, publicKeyOf } from '../../shared/keys/sign.ts';
import type { TreeStore } from '../../shared/log/files/stores.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { makeVerifier, signNote } from '../../shared/tree/note.ts';
import { formatWriterKey, WRITER_KEY_PATH } from '../../shared/tree/writer-key.ts';
import type { Deps } from '../deps.ts';
import type { SequencerDeps } from './deps.ts';
import { checkIndex } from './index-entries.ts';
import { type Step, sequence } from './sequence.ts';
import { tableIndex } from './stores/log-index.ts';
import { tableLock, tableWriters } from './stores/tree-table.ts';

export const SEQUENCER_ENV = [
  'logTable',
  'wordsTable',
  'logIndexTable',
  'treeTable',
  'writerKey',
  'logKey',
  'logName',
] as const satisfies readonly EnvName[];

export type SequencerAppDeps = Deps<(typeof SEQUENCER_ENV)[number]> & { tree: TreeStore };

export interface Sequencer {
  /** One step of the tree. @throws the error of a store or KMS; the next step continues. */
  step(): Promise<Step>;
  /** Compares the index with one bundle of the tree. See `checkIndex`. */
  check(turn: number): Promise<number>;
}

/** The sequencer with the gateway's tables, keys and files. It serves no route. */
export function sequencerApp(deps: SequencerAppDeps): Sequencer {
  let opened: Promise<SequencerDeps> | null = null;
  const open = () => {
    opened ??= openSequencer(deps).catch((error) => {
      opened = null;
      throw error;
    });
    return opened;
  };
  return {
    step: async () => sequence(await open()),
    check: async (turn) => checkIndex(await open(), turn),
  };
}

/** Reads the keys and publishes the writer key of the log if that is missing. */
export async function openSequencer({
  env,
  kms,
  dynamo,
  now,
  tree,
}: SequencerAppDeps): Promise<SequencerDeps> {
  const [gatewayKey, logKey] = await Promise.all([
    publicKeyOf(kms, env.writerKey),
    publicKeyOf(kms, env.logKey),
  ]);
  const log = makeVerifier(sha256, env.logName, rawKey(logKey));
  const sign = (message: Uint8Array) => kmsSign(kms, env.logKey, 'ED25519_SHA_512', message);
  // Signed by the log's key: a reader who trusts the log learns which key certifies its writers.
  const statement = formatWriterKey({ origin: log.name, key: rawKey(gatewayKey) });
  if (!(await tree.files.read(WRITER_KEY_PATH))) {
    const note = signNote(statement, log, await sign(Buffer.from(statement)));
    await tree.files.create(WRITER_KEY_PATH, Buffer.from(note));
  }
  const { logTable, wordsTable, treeTable } = env;
  const tables = { dynamo, logTable, wordsTable, treeTable };
  return {
    files: tree.files,
    published: tree.published,
    lock: tableLock(tables),
    writers: tableWriters(tables),
    index: tableIndex({ dynamo, indexTable: env.logIndexTable }),
    gatewayKey,
    log,
    sign,
    now,
  };
}

function rawKey(key: Awaited<ReturnType<typeof publicKeyOf>>): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url');
}
