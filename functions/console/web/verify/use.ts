/** Checks one use of a department's fields against its leaf, and the leaf against the log. */
import { placeIn } from '../../../../shared/client/evidence/evidence.ts';
import { differsFrom, openedIn } from '../../../../shared/client/evidence/opened.ts';
import { logKey } from './proof.ts';

/** `untreed`: it is stored, and no tree has it yet. */
export type CheckedUse =
  | { state: 'proven'; index: number; size: number }
  | { state: 'untreed' | 'differs' | 'unproven' };

export async function checkUse(use: Readonly<Record<string, unknown>>): Promise<CheckedUse> {
  const opened = openedIn(use);
  if (!opened || differsFrom(opened, use)) return { state: 'differs' };
  const inclusion = use['inclusion'] as Record<string, unknown> | undefined;
  if (!inclusion) return { state: 'untreed' };
  const { verifier } = await logKey();
  const placed = await placeIn(inclusion, opened, verifier);
  return placed
    ? { state: 'proven', index: placed.place.index, size: placed.place.size }
    : { state: 'unproven' };
}
