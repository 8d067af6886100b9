import { keysFor, type UnwrapDeps, unwrapKeys } from '../steps/open-sheets.ts';
import type { DecidedSubject } from './decide.ts';
import { keepValues } from './open.ts';
import type { ReleaseCall } from './release-fields.ts';

/**
 * Unwraps, all at once, the data keys that the decisions need and the facts did not: one KMS Decrypt each. For whoever
 * is refused by facts that took fewer keys than the decoy's it unwraps as many more of the decoy.
 */
export async function unwrapDecided(
  { pack }: ReleaseCall,
  opener: UnwrapDeps,
  decided: readonly DecidedSubject[],
): Promise<void> {
  await Promise.all(
    decided.map(async ({ decision, item, sheets, keys, toOpen, lacked, spare }) => {
      if (!item) return;
      if (decision.outcome !== 'release' && spare) await unwrapKeys(opener, spare.decoy, spare.ids, keys);
      const holding = { item, sheets };
      await unwrapKeys(opener, holding, keysFor(pack, holding, toOpen, lacked), keys);
    }),
  );
}

/** Opens what was decided. To be called only when the decision entry is durable and all keys are unwrapped. */
export function openDecided(
  call: ReleaseCall,
  decided: readonly DecidedSubject[],
): readonly DecidedSubject[] {
  for (const subject of decided) keepValues(call, subject, subject.toOpen, subject.lacked);
  return decided;
}
