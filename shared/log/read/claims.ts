/** The unwrapped keys in entries, for the comparison with KMS's own record. */

import { defined } from '../../defined.ts';
import { isClosed } from '../../errors.ts';
import { asSubjectId } from '../../ids.ts';
import type { StoredEntry } from './read.ts';
import type { Claim } from './reconcile.ts';

/** Kinds that no unwrap comes of: they name no keys, or only those that an intake made. */
const NO_KEYS: ReadonlySet<string> = new Set(['alert', 'intake', 'review', 'watch', 'writer']);

export const claimsNothing = (kind: string): boolean => NO_KEYS.has(kind);

/**
 * @returns `null` for an entry that names no key, unless it is an attempt, completes one, is of a person who was erased, or says
 * that KMS did not open the keys of another
 */
export function claimOf({
  entry,
  words,
  erased,
}: Pick<StoredEntry, 'entry' | 'words' | 'erased'>): Claim | null {
  if (!entry || claimsNothing(entry.kind)) return null;
  const { id, kind, time, purpose, programme, handler, subject, code, about, attempt, keys = [] } = entry;
  const unopened = isClosed(code) ? about : undefined;
  // A refusal that names no key may follow unwraps: of a class that KMS opened only in part, or of the decoy's keys, as a probe.
  const completes = kind === 'decision' || (kind === 'denial' && keys.length > 0) ? attempt : undefined;
  const says = kind === 'attempt' || erased || unopened !== undefined || completes !== undefined;
  if (keys.length === 0 && !says) return null;
  return {
    entry: id,
    kind,
    at: Date.parse(time),
    keys,
    ...defined({ agency: handler?.agency, purpose, programme, code }),
    ...(words.subject !== undefined && { subject: asSubjectId(words.subject) }),
    ...defined({ logId: subject, completes }),
    ...(erased && { erased }),
    ...defined({ unopened }),
  };
}
