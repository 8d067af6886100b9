import type { EnvName } from '../../shared/env.ts';
import { kmsSign } from '../../shared/keys/sign.ts';
import type { LogStore } from '../../shared/log/read.ts';
import { LogWriter } from '../../shared/log/writer.ts';
import type { Deps } from './deps.ts';

/** Settings that `logWriter` needs, to be part of each app's own. */
export const LOG_ENV = [
  'logTable',
  'wordsTable',
  'treeTable',
  'writerKey',
] as const satisfies readonly EnvName[];

/** The log writer of this process, its chain certified by the gateway's writer key in KMS. */
export function logWriter(
  { env, kms, dynamo, now }: Deps<(typeof LOG_ENV)[number]>,
  name: string,
): LogWriter {
  return new LogWriter({
    dynamo,
    table: env.logTable,
    wordsTable: env.wordsTable,
    treeTable: env.treeTable,
    sign: (message) => kmsSign(kms, env.writerKey, 'ED25519_SHA_512', message),
    now,
    name,
  });
}

/** Settings that `logStore` needs. */
export const LOG_READ_ENV = ['logTable', 'wordsTable', 'logIndexTable'] as const satisfies readonly EnvName[];

/** The log, to be read. */
export function logStore({
  env,
  dynamo,
}: Pick<Deps<(typeof LOG_READ_ENV)[number]>, 'env' | 'dynamo'>): LogStore {
  return {
    dynamo,
    table: env.logTable,
    wordsTable: env.wordsTable,
    indexTable: env.logIndexTable,
  };
}
