/** Names of made-up people. No real person is meant. */
import { facts } from './facts.ts';
import type { Random } from './random.ts';

export type Sex = '1' | '2';
export type NameKind = 'common' | 'compound' | 'one-character' | 'dotted';

export interface PersonName {
  /** Empty for a name without one. */
  surname: string;
  full: string;
}

/** A surname and a given name of two characters, sometimes one. */
export function makeName(random: Random, sex: Sex, kind: NameKind = 'common'): PersonName {
  const { names } = facts();
  if (kind === 'dotted') {
    const own = random.pick(sex === '1' ? names.dottedBoys : names.dottedGirls);
    return { surname: '', full: `${own}·${random.pick(names.dottedFathers)}` };
  }
  const surname = random.pick(kind === 'compound' ? names.compound : names.surnames);
  return { surname, full: surname + givenName(random, sex, kind === 'one-character') };
}

/** A name with a given surname: children and siblings have that of their parents. */
export function makeRelative(random: Random, sex: Sex, surname: string): PersonName {
  if (surname === '') return makeName(random, sex, 'dotted');
  return { surname, full: surname + givenName(random, sex, random.chance(0.12)) };
}

function givenName(random: Random, sex: Sex, one: boolean): string {
  const { names } = facts();
  const last = random.pick(sex === '1' ? names.boys : names.girls);
  if (one) return last;
  return random.pick(names.first) + last;
}

/* A made-up county and its neighbour: no real place has the codes 990001 and 990002. */

export const COUNTY = '990001';
export const NEIGHBOUR = '990002';

export interface Home {
  /** 12 digits: county, town, village. */
  division: string;
  county: string;
  town: string;
  address: string;
}

/** A household's home somewhere in the county. */
export function makeHome(random: Random, area: string): Home {
  const { counties, streets, villages } = facts();
  const { name: county = '', towns = [] } = counties[area] ?? {};
  const town = random.whole(0, towns.length - 1);
  const village = random.whole(0, villages.length - 1);
  const townName = towns[town] ?? '';
  const place = `${county}${townName}${villages[village]}`;
  const house = random.chance(0.3)
    ? `${random.pick(streets)}${random.whole(1, 180)}号${random.whole(1, 6)}单元${random.whole(101, 606)}室`
    : `${random.whole(1, 9)}组${random.whole(1, 96)}号`;
  const division = `${area}${String(town + 1).padStart(3, '0')}${String(200 + village)}`;
  return { division, county, town: townName, address: place + house };
}

/** A made-up reference to a file kept by its owner. */
export function fileReference(random: Random): string {
  let hex = '';
  for (let at = 0; at < 64; at++) hex += random.whole(0, 15).toString(16);
  return `file:sha256-${hex}`;
}
