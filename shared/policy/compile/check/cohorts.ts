/** The compiler's rules for cohorts, and the check whether programmes single people out, from counts alone. */

import { pathOf } from '../../count/cohort.ts';
import type { Pack } from '../../pack/pack.ts';
import type { PackSource, Report } from '../../schema/schema.ts';
import type { Built } from '../build/build.ts';

/** Answers counts only. */
const STATISTICS = 'statistics';
/** The route for values that were checked against a cohort. */
const CARDS = 'story-cards';

/**
 * A dimension is of a field that statistics may count, occurs in the tree once and is not part of a circle. A
 * purpose whose answers must fit a cohort shows only fields that cohorts are counted by: otherwise nothing
 * could ever be shown.
 */
export function cohorts(source: PackSource, built: Built, report: Report): void {
  const { smallestCohort: least } = source;
  const dimensions = new Map(Object.entries(source.cohorts?.dimensions ?? {}));
  const counted = new Set(
    Object.entries(source.purposes).flatMap(([code, { route }]) =>
      route === STATISTICS ? Object.keys(built.cells[code] ?? {}) : [],
    ),
  );
  for (const [name, { field, as }] of dimensions) {
    const path = ['cohorts', 'dimensions', name];
    if (!counted.has(field)) report(path, `statistics never count "${field}"`);
    if (pathOf({ dimensions } as never, name).length === 0) report(path, `"${name}" stands under itself`);
    const shape = source.fields[field]?.shape;
    if (as === undefined && !isClosed(source, shape)) report(path, `"${field}" has no list of values`);
  }
  if (source.cohorts && (least === undefined || least < source.cohorts.smallest))
    report(['cohorts', 'smallest'], 'the smallest cohort is at least as large as the least count');
  for (const [code, { fits, route }] of Object.entries(source.purposes)) {
    const path = ['purposes', code];
    if (fits === undefined && route === CARDS) report(path, 'cards must fit a cohort');
    if (fits === undefined) continue;
    if (route !== CARDS) report(path, 'only cards are checked against a cohort');
    if ((source.pseudonyms ?? []).length < 2) report(path, 'cards need pseudonyms');
    for (const [field, { form, how }] of Object.entries(built.cells[code] ?? {})) {
      const known = [...dimensions.values()].some((one) => one.field === field && one.as === how);
      if (form !== 'generalised' || (!known && field !== source.areaField))
        report([...path, 'cells', field], `no cohort is counted by "${field}" as it is shown`);
    }
  }
}

/** A field with free values would make cohorts of one person. */
function isClosed(source: PackSource, shape: unknown): boolean {
  const found = typeof shape === 'string' ? source.shapes[shape] : shape;
  const is = (found as { is?: string } | undefined)?.is;
  return is === 'one of' || is === 'boolean';
}

/**
 * The check at publication.
 * @param counts programme to the number of people whom the cohort tables count for its question in its areas
 * @returns names of the programmes that must not be published: those that fit too few people, and those
 * without a count
 */
export function singlingOut(pack: Pack, counts: ReadonlyMap<string, number>): string[] {
  const least = pack.smallestCohort ?? Infinity;
  return [...pack.programmes.keys()].filter((name) => !((counts.get(name) ?? 0) >= least));
}
