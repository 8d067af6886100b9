/**
 * Counts of people by what they have in common, made so that no count of fewer than the pack's least can be had
 * from them, whatever is subtracted from what. Dimensions form a tree, each standing under one other or under the
 * county alone, so what is published of a county are ever finer divisions of the same people and no two of them
 * cross: every count that follows from the published ones is a sum of parts, each of which is large enough.
 */

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Pack } from '../pack/pack.ts';
import type { Cohorts, Programme, Question } from '../pack/parts.ts';

export interface CohortCell {
  /** One for each dimension of the path; `unknown` where the field is not held. */
  values: readonly string[];
  count: number;
  /** Whether as many belong to it as the pack's smallest cohort has. */
  fits: boolean;
}

/** The name of the whole county among dimensions. */
export const WHOLE = '';

/** @returns the dimensions above and the dimension itself, the county left out; empty for an unknown one */
export function pathOf({ dimensions }: Cohorts, name: string): string[] {
  const path: string[] = [];
  for (let at: string | undefined = name; at !== undefined; at = dimensions.get(at)?.under) {
    if (!dimensions.has(at) || path.includes(at)) return [];
    path.unshift(at);
  }
  return path;
}

/** Whether two cells are of the same values. */
export function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/**
 * Names a programme by what it asks and where, so that a count of it stands as long as neither changes.
 * @returns base64url SHA-256 over areas, question and the predicates in it
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
 * Whether as many people as the smallest cohort share what is shown of somebody. A count that was rounded, or
 * kept from the run before, stands for the least that it can mean.
 * @param shown values along a path, cells in all counties that the shown area covers
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
