/** Whether programmes would single people out, by counts alone: nobody's record is looked at. */
import type { Pack } from '../pack.ts';

/**
 * The check at publication.
 * @param counts programme to how many people the cohort tables count for its question, in its areas
 * @returns names of the programmes that must not be published: those that fit too few people, and those
 * that were not counted
 */
export function singlingOut(pack: Pack, counts: ReadonlyMap<string, number>): string[] {
  const least = pack.smallestCohort ?? Infinity;
  return [...pack.programmes.keys()].filter((name) => !((counts.get(name) ?? 0) >= least));
}
