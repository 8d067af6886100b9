/** Whether an answer lists every entry of the log that concerns a person, by reading the whole log. */

import type { InquiryAnswer, InquiryProof } from '../../../shared/client/desk.ts';
import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import { checkLog, LogError } from '../../../shared/log/check/check-log.ts';
import { leafHash } from '../../../shared/log/entry/leaf.ts';
import { sha256 } from '../../../shared/log/node-crypto.ts';
import { countCommitment, equal, opens } from '../../../shared/tree/commitments.ts';
import { readLogKey } from '../log/files.ts';
import type { LogAt } from '../log/where.ts';
import { UsageError } from '../terminal/failures.ts';

export interface Checked {
  /** Whether nothing was left out up to the answer's own entry, and all is as logged. */
  complete: boolean;
  /** Where the log was read. */
  at: string;
  /** Leaves of the log that was read, and its root (base64). */
  size: number;
  root: string;
  /** Entries of the answer that are in the log under the next number each, and those of them without openings. */
  listed: number;
  secret: number;
  /** Ids of entries that are not in the log that was read. */
  absent: string[];
  /** Ids of entries that the answer gives otherwise than the log. */
  altered: string[];
  /** The first number that the answer has no entry for. */
  gap: number | null;
  /** Time of the answer's own entry: what was logged later, only a later answer can show. */
  until: string | null;
}

export interface CheckOptions extends LogAt {
  key?: string;
  /** Milliseconds to wait for the log to take the answer's own entry in. */
  wait?: number;
}

/** How long an entry may wait for the tree, in milliseconds. */
const LAG = 60_000;
const AGAIN = 2000;

/**
 * The whole log is verified on the way: tree, chains, signatures, counts.
 * @throws UsageError if the answer has no proof; FieldgateError `ANSWER_INVALID` for a log that is not whole
 */
export async function checkProof(answer: InquiryAnswer, options: CheckOptions): Promise<Checked> {
  const { proof, receipt } = answer;
  if (!proof) throw new UsageError('This answer has no proof: the person alone gets it, not a guardian.');
  const until = Date.now() + (options.wait ?? LAG);
  for (;;) {
    const seen = await lookUp(proof, options);
    // The entry of the answer itself: the last that the answer can know of.
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
  /** Entry to its place and hash, of those that are listed. */
  places: Map<string, { index: number; hash: string; time: string }>;
  /** Index to what the log counts it by. */
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
    throw new FieldgateError('ANSWER_INVALID', `The log is not whole: ${error.message}`, { cause: error });
  }
}

function compare({ receipt }: InquiryAnswer, proof: InquiryProof, seen: Seen, at: string): Checked {
  const { size, root, places, counts } = seen;
  const absent = proof.entries.filter(({ entry }) => !places.has(entry)).map(({ entry }) => entry);
  const present = proof.entries
    .flatMap((one) => {
      const place = places.get(one.entry);
      return place ? [{ ...one, place }] : [];
    })
    .sort((a, b) => a.place.index - b.place.index);
  const altered = present.filter((one) => !isAsLogged(one, one.place.hash)).map(({ entry }) => entry);
  let listed = 0;
  for (const { salt, place } of present) {
    const counted = counts.get(place.index);
    const number = countCommitment(sha256, Buffer.from(salt, 'base64'), proof.subject, listed + 1);
    if (!counted || !equal(number, counted)) break;
    listed += 1;
  }
  const own = places.get(receipt.entry);
  const isOwn = own !== undefined && own.hash === receipt.leafHash;
  if (own && !isOwn) altered.push(receipt.entry);
  // What came after the answer may wait for the tree; the answer does not depend on it.
  const late = absent.filter((entry) => entry !== receipt.entry);
  return {
    complete: isOwn && altered.length === 0 && late.length === 0 && listed === present.length,
    ...{ at, size, root, listed },
    secret: present.filter(({ openings }) => !openings).length,
    ...{ absent, altered },
    gap: listed === present.length ? null : listed + 1,
    until: own?.time ?? null,
  };
}

/** Whether a leaf is the one in the log, and opens to what the answer says of it. */
function isAsLogged({ leaf, openings = {} }: InquiryProof['entries'][number], hash: string): boolean {
  const text = Buffer.from(leaf, 'base64').toString('utf8');
  if (leafHash(text).toString('base64') !== hash) return false;
  const { committed } = JSON.parse(text) as { committed?: string };
  const bytes = Buffer.from(committed ?? '', 'base64');
  return Object.entries(openings).every(([name, opening]) => opens(sha256, bytes, name, opening));
}
