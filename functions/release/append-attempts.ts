import type { Screening } from '../../shared/policy/types.ts';
import type { FoundSubject } from '../steps/find-subjects.ts';
import { entryBase, ownersOf } from './entry-base.ts';
import type { ReleaseCall } from './release-fields.ts';
import { isReviewed } from './reviews.ts';

/**
 * Where the purpose's rules read facts, says so before any is opened: one entry a subject, with a salted
 * commitment to the subject in place of its log id, which is not loaded yet. So too where somebody reviews the release
 * afterwards: the entry is what the review is about.
 * @returns ids of the entries; empty where neither is so
 */
export async function appendAttempts(
  call: ReleaseCall,
  screening: Screening,
  names: readonly FoundSubject[],
): Promise<string[]> {
  const { facts, cells } = screening;
  if (facts.length === 0 && !isReviewed(call.pack, screening)) return [];
  const { words, ...base } = entryBase(call);
  const receipts = await call.deps.log.append(
    names.map(({ subject }) => ({
      ...base,
      kind: 'attempt' as const,
      operation: 'use' as const,
      owners: ownersOf(call.pack, facts.length > 0 ? facts : cells.keys()),
      usedForDecision: [...facts],
      words: { ...words, subject },
    })),
  );
  return receipts.map((receipt) => receipt.entry);
}
