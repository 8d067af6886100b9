/**
 * Counts people by cohort, and decides which counts may be published. This is the only module that turns
 * opened fields into counts.
 */

import { asClientId } from '../../ids.ts';
import { isEligible } from '../decide/programme.ts';
import { fieldsIn } from '../pack/cells.ts';
import type { Pack } from '../pack/pack.ts';
import type { Programme } from '../pack/parts.ts';
import { generalise } from '../present/generalise.ts';
import type { Json } from '../types.ts';
import { type CohortCell, isSame, pathOf, WHOLE } from './cohort.ts';

/** Opened fields of one person, the person's area, and the time of counting. */
export interface Person {
  /** As precise as known: the area field, or the county in clear. */
  division: string;
  values: ReadonlyMap<string, Json>;
  now: number;
}

/** Exact counts, which are never shown: county, dimension, values along its path → people. */
export type Tally = Map<string, number>;

/** The value for a field that is not held. */
const UNKNOWN = 'unknown';
/** Fields that are opened for counting a person. */
export function countedFields(pack: Pack, programmes: Iterable<Programme>): Set<string> {
  const dimensions = [...(pack.cohorts?.dimensions.values() ?? [])].flatMap(({ field, as }) => {
    const level = as === undefined ? undefined : pack.generalisations.get(as);
    return level?.by === 'cases'
      ? fieldsIn(
          level.cases.map(({ when }) => when),
          field,
        )
      : [field];
  });
  return new Set([...dimensions, ...[...programmes].flatMap(({ fields }) => fields)]);
}

/** @returns the keys of the tally in which the person counts: the county, and one key for each dimension */
export function placesOf(pack: Pack, { division, values, now }: Person): string[] {
  const { cohorts, countyDigits } = pack;
  const county = division.slice(0, countyDigits);
  if (!cohorts || county.length < countyDigits) return [];
  const clock = { now, utcOffsetMinutes: pack.calendar.utcOffsetMinutes };
  const own = new Map(
    [...cohorts.dimensions].map(([name, { field, as }]) => {
      const value = values.get(field);
      const level = as === undefined ? undefined : pack.generalisations.get(as);
      const look = (path: string) => values.get(path === 'this' ? field : path);
      const held = value === undefined || value === null;
      return [name, textOf(held || !level ? value : generalise(level, value, look, clock))] as const;
    }),
  );
  const ofDimension = (name: string) =>
    tallyKey(
      county,
      name,
      pathOf(cohorts, name).map((step) => own.get(step) ?? UNKNOWN),
    );
  return [tallyKey(county, WHOLE, []), ...[...cohorts.dimensions.keys()].map(ofDimension)];
}

function tallyKey(county: string, dimension: string, values: readonly string[]): string {
  return JSON.stringify([county, dimension, ...values]);
}

/** Several values of one person form a value of their own, so that no person is counted twice. */
function textOf(value: Json | undefined): string {
  if (value === undefined || value === null || value === '') return UNKNOWN;
  if (Array.isArray(value)) return value.length === 0 ? UNKNOWN : [...value].map(String).sort().join('+');
  return typeof value === 'object' ? UNKNOWN : String(value);
}

/**
 * The publishable counts of one county.
 * @param tally exact counts of the county
 * @param before the published counts. A count changes only if it is off by at least the minimum count, so
 * that two runs differ by zero or by many people; a cell that was hidden appears likewise, from a count that is drawn, and
 * is shown with a drawn difference, so that adding people one by one does not tell how many were hidden
 * @param draw gives a number from 0 to below 1 for a text, always the same one; callers must not know it
 * @returns dimension to cells, `''` for the complete county; a dimension without cells is left out
 */
export function publishable(
  { cohorts, smallestCohort = Infinity }: Pack,
  county: string,
  tally: Tally,
  before: ReadonlyMap<string, readonly CohortCell[]>,
  draw: (what: string) => number,
): Map<string, CohortCell[]> {
  const published = new Map<string, CohortCell[]>();
  if (!cohorts) return published;
  const { dimensions, smallest, round } = cohorts;
  const exact = new Map<string, Part[]>();
  for (const [key, count] of tally) {
    const [place, dimension = '', ...values] = JSON.parse(key) as string[];
    if (place === county) exact.set(dimension, [...(exact.get(dimension) ?? []), { values, count }]);
  }
  const drawn = (what: string, dimension: string, values: readonly string[]) =>
    Math.floor(draw(JSON.stringify([what, county, dimension, values])) * smallest);
  const lastOf = (dimension: string, values: readonly string[]) =>
    before.get(dimension)?.find((cell) => isSame(cell.values, values));
  const wasHidden = (dimension: string, values: readonly string[]) =>
    before.has(dimension) && !lastOf(dimension, values);
  // What was hidden at the last count had fewer people than the minimum. It appears once it has as many more.
  const leastOf = (dimension: string, values: readonly string[]) =>
    wasHidden(dimension, values) ? 2 * smallest + drawn('appears', dimension, values) : smallest;
  const publish = (dimension: string, { values, count }: Part) => {
    const last = lastOf(dimension, values);
    const veiled = last?.veiled ?? wasHidden(dimension, values);
    const seen = veiled ? count + drawn('shows', dimension, values) - Math.floor(smallest / 2) : count;
    const settled = last !== undefined && Math.abs(seen - last.count) < smallest;
    const shown = settled ? last.count : Math.max(smallest, Math.round(seen / round) * round);
    const cell = { values, count: shown, fits: count >= smallestCohort, ...(veiled && { veiled }) };
    published.set(dimension, [...(published.get(dimension) ?? []), cell]);
  };
  const divide = (above: string, whole: Part) => {
    for (const [name, { under = WHOLE }] of dimensions) {
      if (under !== above) continue;
      const parts = (exact.get(name) ?? []).filter(({ values }) => isSame(values.slice(0, -1), whole.values));
      for (const part of shownOf(parts, smallest, (values) => leastOf(name, values))) {
        publish(name, part);
        divide(name, part);
      }
    }
  };
  for (const whole of exact.get(WHOLE) ?? []) {
    if (whole.count < leastOf(WHOLE, whole.values)) continue;
    publish(WHOLE, whole);
    divide(WHOLE, whole);
  }
  return published;
}

interface Part {
  values: readonly string[];
  count: number;
}

/**
 * The parts of a total that may be published. The rest of the total without them is zero or at least the
 * minimum count, and no published value ever holds for all people.
 * @param leastOf the count from which the part with these values is shown
 */
function shownOf(
  parts: readonly Part[],
  smallest: number,
  leastOf: (values: readonly string[]) => number,
): Part[] {
  const isShown = ({ values, count }: Part) => count >= leastOf(values);
  const shown = parts
    .filter(isShown)
    .sort((a, b) => b.count - a.count || (a.values.join() < b.values.join() ? -1 : 1));
  let hidden = parts.reduce((sum, part) => sum + (isShown(part) ? 0 : part.count), 0);
  while (hidden > 0 && hidden < smallest && shown.length > 0) hidden += shown.pop()?.count ?? 0;
  return shown.length === 1 && hidden === 0 ? [] : shown;
}

/** Whether the person counts for a programme: eligible, and living in one of its areas. */
export function countsFor(pack: Pack, programme: Programme, { division, values, now }: Person): boolean {
  if (!programme.areas.some((area) => division.startsWith(area))) return false;
  const caller = { clientId: asClientId(''), departments: [], roles: [], areas: [], purposes: [] };
  const ask = { purpose: programme.purpose, collection: pack.collection, subjects: 1 };
  return isEligible(pack, programme, { now, caller, ask, values });
}
