import { WRITER_KINDS } from '../../shared/entry-kinds.ts';
import type { EnvName, Writer } from '../../shared/env.ts';
import { Problem } from '../../shared/errors.ts';
import type { LogId, SubjectId } from '../../shared/ids.ts';
import { kmsSign } from '../../shared/keys/sign.ts';
import { signUnder } from '../../shared/keys/signing-keys.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { readPosition } from '../../shared/log/read/index-table.ts';
import type { LogStore } from '../../shared/log/read/read.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { LogWriter } from '../../shared/log/write/writer.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { readLogId } from '../../shared/records/subject/outlines.ts';
import type { Deps } from '../deps.ts';

/** Settings that `logWriter` needs; each app includes them in its own. */
export const LOG_ENV = [
  'logTable',
  'wordsTable',
  'treeTable',
  'writerKey',
  'certificateKey',
  'code',
] as const satisfies readonly EnvName[];

/** The log writer of this process, its chain certified by the function's writer key in KMS. */
export function logWriter(
  { env, kms, dynamo, now }: Deps<(typeof LOG_ENV)[number]>,
  name: Writer,
): LogWriter {
  return new LogWriter({
    dynamo,
    table: env.logTable,
    wordsTable: env.wordsTable,
    treeTable: env.treeTable,
    sign: (message) => signUnder(kms, env.writerKey, 'ED25519_SHA_512', message),
    ...(env.certificateKey !== 'none' && {
      sm2: (message) => kmsSign(kms, env.certificateKey, 'SM2DSA', message),
    }),
    now,
    name,
    kinds: WRITER_KINDS[name],
    ...(env.code !== 'none' && { code: env.code }),
  });
}

/** Appends one entry. @returns its receipt, once durable. @throws as `LogWriter.append` */
export async function appendOne(log: Pick<LogWriter, 'append'>, entry: NewEntry): Promise<Receipt> {
  return (await log.append([entry]))[0] as Receipt;
}

/** Settings that `logStore` needs. */
export const LOG_READ_ENV = ['logTable', 'wordsTable', 'logIndexTable'] as const satisfies readonly EnvName[];

/** The log, read-only. */
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

/**
 * For reads that must find all entries about a subject. Without its index, the log would be read from the beginning.
 * @throws Problem LOG_UNAVAILABLE while there is no index
 */
export async function requireIndex(store: LogStore): Promise<void> {
  const position = await readPosition(store);
  if (position && position.until > 0) return;
  const detail = commonTexts.indexBeingBuilt;
  throw new Problem('LOG_UNAVAILABLE', { detail, headers: { 'retry-after': '60' } });
}

/** Subjects that are read in parallel. */
export const AT_ONCE = 20;

/** The ids of subjects in the log; those without one, erased subjects, are left out. */
export async function logIdsOf(
  { tables }: Pick<Deps<'keysTable'>, 'tables'>,
  subjects: Iterable<SubjectId>,
): Promise<Map<SubjectId, LogId>> {
  const all = [...new Set(subjects)];
  const found = new Map<SubjectId, LogId>();
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const some = all.slice(from, from + AT_ONCE);
    const ids = await Promise.all(some.map((subject) => readLogId(tables.keys, subject)));
    for (const [i, id] of ids.entries()) if (id !== null) found.set(some[i] as SubjectId, id);
  }
  return found;
}
