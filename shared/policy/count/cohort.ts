/**
 * Counts of people by common properties. No combination or subtraction of published counts can give a count
 * below the pack's minimum. Dimensions form a tree, each below one other or below the county. So the
 * published counts of a county are ever finer divisions of the same people, and no two of them cross. Every
 * count that follows from them is a sum of parts that are each large enough.
 */

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Pack } from '../pack/pack.ts';
import type { Cohorts, Programme, Question } from '../pack/parts.ts';

export interface CohortCell {
  /** One value for each dimension of the path; `unknown` if the field is not held. */
  values: readonly string[];
  count: number;
  /** Whether the cohort has at least as many members as the pack's minimum. */
  fits: boolean;
  /** It was hidden once, so what is shown of it stays off by a drawn number. */
  veiled?: true;
}

/** The name of the complete county among the dimensions. */
export const WHOLE = '';

/** @returns the dimensions above and the dimension itself without the county; empty for an unknown one */
export function pathOf({ dimensions }: Cohorts, name: string): string[] {
  const path: string[] = [];
  for (let at: string | undefined = name; at !== undefined; at = dimensions.get(at)?.under) {
    if (!dimensions.has(at) || path.includes(at)) return [];
    path.unshift(at);
  }
  return path;
}

/** Whether two cells have the same values. */
export function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/**
 * Identifies a programme by its question and areas, so that a count of it is valid as long as neither
 * changes.
 * @returns base64url SHA-256 over the areas, the question and its predicates
 */
export function programmeDigest(pack: Pack, { areas, when }: Programme): string {
  const predicates = Object.fromEntries(
    [...namesIn(when)].map((name) => [name, pack.predicates.get(name)?.any ?? null]),
  );
  const what = canonicalize({ collection: pack.collection, areas: [...areas].sort(), when, predicates });
  return createHash('sha256')
    .update(what ?? '')
    .digest('base64url');
}

function namesIn(question: Question): Set<string> {
  if ('all' in question) return new Set(question.all.flatMap((part) => [...namesIn(part)]));
  if ('any' in question) return new Set(question.any.flatMap((part) => [...namesIn(part)]));
  return 'not' in question ? namesIn(question.not) : new Set([question.predicate]);
}

/**
 * Whether at least as many people as the smallest cohort share the shown values. A count that was rounded or
 * kept from the previous run stands for its lowest possible true value.
 * @param shown values along a path, with the cells of all counties in the shown area
 */
export function fitsEnough(
  { cohorts, smallestCohort = Infinity }: Pack,
  values: readonly string[],
  cells: Iterable<CohortCell>,
): boolean {
  if (!cohorts) return false;
  let least = 0;
  for (const cell of cells) {
    if (!isSame(cell.values, values)) continue;
    if (cell.fits) return true;
    least += Math.max(cohorts.smallest, cell.count - cohorts.smallest + 1);
  }
  return least >= smallestCohort;
}
