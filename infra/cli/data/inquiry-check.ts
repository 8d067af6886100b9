/** Whether an answer lists every leaf of the log that names a person, by reading the whole log. */

import canonicalize from 'canonicalize';
import type { InquiryAnswer } from '../../../shared/client/desk.ts';
import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import { checkLog, LogError } from '../../../shared/log/check/check-log.ts';
import { leafHash } from '../../../shared/log/entry/leaf.ts';
import { folderReader, readLogKey, urlReader } from '../log/files.ts';
import { UsageError } from '../terminal/failures.ts';

export interface Checked {
  complete: boolean;
  /** Entries of the log that was read, and its root (base64). */
  size: number;
  root: string;
  /** Leaves of the answer that are in the log as they are, those counted under secrecy, and those not in it yet. */
  listed: number;
  secret: number;
  pending: number;
  /** Ids of entries that name the person and that the answer has not. */
  missing: string[];
  /** Ids of entries that the answer gives otherwise than the log. */
  altered: string[];
}

export interface CheckOptions {
  dir?: string;
  key?: string;
  url?: string;
}

const LOCAL = 'http://127.0.0.1:8787';

/**
 * The whole log is verified on the way: tree, chains, signatures.
 * @throws UsageError where the answer has no proof; FieldgateError `ANSWER_INVALID` for a log that is not whole
 */
export async function checkProof(proof: InquiryAnswer['proof'], options: CheckOptions): Promise<Checked> {
  if (!proof) throw new UsageError('This answer has no proof: the person alone gets it, not a guardian.');
  const read = options.dir === undefined ? urlReader(options.url ?? LOCAL) : folderReader(options.dir);
  const shown = options.key ?? Buffer.from((await read('key')) ?? []).toString('utf8');
  const listed = new Map(
    proof.leaves.map(({ entry, leaf }) => [entry, Buffer.from(leaf, 'base64').toString()]),
  );
  const secrets = new Set(proof.secret);
  const left = new Set(listed.keys());
  const [missing, altered]: [string[], string[]] = [[], []];
  let secret = 0;
  try {
    const { checkpoint } = await checkLog({
      read,
      log: readLogKey(shown),
      onEntry(entry) {
        const text = canonicalize(entry) ?? '';
        const mine = listed.get(entry.id);
        left.delete(entry.id);
        if (mine !== undefined && mine !== text) altered.push(entry.id);
        if (entry.subject !== proof.subject || mine !== undefined) return;
        if (secrets.has(leafHash(text).toString('base64'))) secret += 1;
        else missing.push(entry.id);
      },
    });
    return {
      complete: missing.length === 0 && altered.length === 0,
      size: checkpoint.size,
      root: Buffer.from(checkpoint.root).toString('base64'),
      listed: listed.size - left.size,
      secret,
      pending: left.size,
      ...{ missing, altered },
    };
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new FieldgateError('ANSWER_INVALID', `The log is not whole: ${error.message}`, { cause: error });
  }
}
