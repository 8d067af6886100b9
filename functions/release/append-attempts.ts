import type { Screening } from '../../shared/policy/types.ts';
import type { FoundSubject } from '../http/find-subjects.ts';
import { entryBase, ownersOf } from './entry-base.ts';
import type { ReleaseCall } from './release-fields.ts';

/**
 * Where the purpose's rules read facts, says so before any is opened: one entry a subject, with a salted
 * commitment to the subject in place of its log id, which is not loaded yet.
 * @returns ids of the entries; empty when the purpose needs no facts
 */
export async function appendAttempts(
  call: ReleaseCall,
  { facts }: Screening,
  names: readonly FoundSubject[],
): Promise<string[]> {
  if (facts.length === 0) return [];
  const { words, ...base } = entryBase(call);
  const receipts = await call.deps.log.append(
    names.map(({ subject }) => ({
      ...base,
      kind: 'attempt' as const,
      operation: 'use' as const,
      owners: ownersOf(call.pack, facts),
      usedForDecision: [...facts],
      words: { ...words, subject },
    })),
  );
  return receipts.map((receipt) => receipt.entry);
}
