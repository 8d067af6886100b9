/** Checks that an answer lists every entry of the log that concerns a person, by reading the complete log. */

import { compareInquiry } from '../../../shared/client/evidence/inquiry.ts';
import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import type { InquiryAnswer, InquiryProof } from '../../../shared/contract/release.ts';
import { checkLog } from '../../../shared/log/check/check-log.ts';
import { LogError } from '../../../shared/log/check/fault.ts';
import { leafHash } from '../../../shared/log/entry/leaf.ts';
import { readLogKey } from '../log/files.ts';
import type { LogAt } from '../log/where.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

const { inquiry: t } = await texts('data');

export interface Checked {
  /** Whether the answer is complete up to its own entry and equals the log. */
  complete: boolean;
  /** The source of the log. */
  at: string;
  /** Leaves of the log, and its root (base64). */
  size: number;
  root: string;
  /**
   * Entries of the answer that the log contains, each under the next number, and the number of those without
   * openings.
   */
  listed: number;
  secret: number;
  /** Ids of entries that the log does not contain. */
  absent: string[];
  /** Ids of entries that differ from the log. */
  altered: string[];
  /** The first number without an entry in the answer, within its record. */
  gap: number | null;
  /** Time of the answer's own entry. Only a later answer can show later entries. */
  until: string | null;
}

export interface CheckOptions extends LogAt {
  key?: string;
  /** Milliseconds to wait until the log contains the answer's own entry. */
  wait?: number;
}

/** How long an entry may be missing in the tree, in milliseconds. */
const LAG = 60_000;
const AGAIN = 2000;

/**
 * The complete log is verified too: tree, chains, signatures, counts.
 * @throws UsageError if the answer has no proof; FieldgateError `ANSWER_INVALID` for a log with a fault
 */
export async function checkProof(answer: InquiryAnswer, options: CheckOptions): Promise<Checked> {
  const { proof, receipt } = answer;
  if (!proof) throw new UsageError(t.noProof);
  const until = Date.now() + (options.wait ?? LAG);
  for (;;) {
    const seen = await lookUp(proof, options);
    // The answer's own entry, the last one that the answer can list.
    const own = seen.places.get(receipt.entry);
    if (own === undefined && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
      continue;
    }
    return compare(answer, proof, seen, options.at);
  }
}

interface Seen {
  size: number;
  root: string;
  /** Listed entry to its place and hash. */
  places: Map<string, { index: number; hash: string; time: string }>;
  /** Index to the number under which the log counts it. */
  counts: Map<number, Uint8Array>;
}

async function lookUp(proof: InquiryProof, { read, key }: CheckOptions): Promise<Seen> {
  const shown = key ?? Buffer.from((await read('key')) ?? []).toString('utf8');
  const wanted = new Set(proof.entries.map(({ entry }) => entry));
  const places: Seen['places'] = new Map();
  const indexes = new Set<number>();
  const counts: Seen['counts'] = new Map();
  try {
    const { checkpoint } = await checkLog({
      read,
      log: readLogKey(shown),
      onLeaf({ id, time }, index, text) {
        if (!wanted.has(id)) return;
        places.set(id, { index, hash: leafHash(text).toString('base64'), time });
        indexes.add(index);
      },
      onCount({ first, counts: some }) {
        some.forEach((one, i) => {
          if (indexes.has(first + i)) counts.set(first + i, one);
        });
      },
    });
    const { size, root } = checkpoint;
    return { size, root: Buffer.from(root).toString('base64'), places, counts };
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new FieldgateError('ANSWER_INVALID', t.logFault(error.message), { cause: error });
  }
}

function compare({ receipt }: InquiryAnswer, proof: InquiryProof, seen: Seen, at: string): Checked {
  const { size, root, places, counts } = seen;
  const found = compareInquiry({ proof, receipt }, places, counts);
  const { own, absent, altered, listed, present, gap, lacks } = found;
  return {
    complete: own !== undefined && altered.length === 0 && !lacks && gap === null,
    ...{ at, size, root, listed },
    secret: present.filter(({ openings }) => !openings).length,
    ...{ absent, altered },
    gap,
    until: own?.time ?? null,
  };
}
