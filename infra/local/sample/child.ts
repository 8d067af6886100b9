/**
 * One made-up child with all facts; `sheets-*.ts` select the facts that each department has. The story (who
 * lives with whom, and the reason for hardship) is consistent across departments.
 */

import { addDays, ageOn, birthOf } from './birth.ts';
import { type Case, caseOf, type Story } from './facts.ts';
import { idNumber } from './id-number.ts';
import { type Adult, makeParents } from './people.ts';
import { type Random, randomOf } from './random.ts';
import { makeStory } from './story.ts';
import {
  COUNTY,
  type Home,
  makeHome,
  makeName,
  type NameKind,
  NEIGHBOUR,
  type PersonName,
  type Sex,
} from './words.ts';

export interface Child {
  /** From 0. */
  index: number;
  case: Case | null;
  name: string;
  sex: Sex;
  birth: string;
  age: number;
  /** `null` for foundlings. */
  idNumber: string | null;
  /** County of residence, six digits. */
  area: string;
  home: Home;
  hukou: Home;
  ethnicity: string;
  /** `null` for foundlings. */
  parents: { father: Adult; mother: Adult } | null;
  story: Story;
  /** For facts that only one department's sheet needs; drawn in a fixed order. */
  random: Random;
}

export interface SampleOptions {
  /** Number of children; 100 by default. */
  people?: number;
  /** The day from which ages are counted, ISO. */
  today: string;
  seed?: string;
}

/**
 * The children in order. The same options give the same children. A larger count does not change the first
 * ones. No two have the same ID number.
 */
export function* childrenOf({ people = 100, today, seed = SEED }: SampleOptions): Generator<Child> {
  const used = new Set<string>();
  for (let index = 0; index < people; index++) {
    const born = seed === SEED ? bornFrom(index, today) : today;
    yield makeChild(randomOf(`${seed}/${index}`), index, { today, born }, used);
  }
}

const SEED = 'fieldgate';

/**
 * Two pupils keep their numbers, and those of their parents, from day to day, so that documents and stories can name them:
 * their ages are counted from a fixed day while that makes them 7 to 11 years old. All others move with the day,
 * because some must turn 14 or 18 on it.
 */
const LASTING: ReadonlyMap<number, string> = new Map([
  [0, '2026-11-26'],
  [29, '2029-11-26'],
]);
const LASTS = { from: '2026-01-01', until: '2030-05-01' } as const;

/** The day from which the ages of the family are counted. */
function bornFrom(index: number, today: string): string {
  const lasting = today >= LASTS.from && today < LASTS.until ? LASTING.get(index) : undefined;
  return lasting ?? today;
}

interface Days {
  today: string;
  born: string;
}

function makeChild(random: Random, index: number, { today, born }: Days, used: Set<string>): Child {
  const kind = caseOf(index);
  const sex: Sex = random.chance(0.5) ? '1' : '2';
  const area = kind === 'neighbour' ? NEIGHBOUR : COUNTY;
  const birth = birthOf(random, kind, index, born);
  const age = ageOn(birth, today);
  const name = nameOf(random, kind, sex);
  const foundling = kind?.startsWith('foundling') ?? false;
  const home = makeHome(random, area);
  return {
    index,
    case: kind,
    name: name.full,
    sex,
    birth,
    age,
    idNumber: foundling ? null : freeNumber(random, { kind, birth, sex, area }, used),
    area,
    home,
    hukou: kind === 'newcomer' ? makeHome(random, NEIGHBOUR) : home,
    ethnicity: ethnicityOf(random, kind),
    parents: foundling ? null : makeParents(random, born, area, name, ageOn(birth, born)),
    story: makeStory(random, kind, age),
    random,
  };
}

function nameOf(random: Random, kind: Case | null, sex: Sex): PersonName {
  if (kind === 'long-name') {
    const { surname, full } = makeName(random, sex, 'dotted');
    return { surname, full: `${full}·${makeName(random, sex, 'dotted').full}` };
  }
  const special: ReadonlyMap<Case | null, NameKind> = new Map([
    ['compound-surname', 'compound'],
    ['dotted-name', 'dotted'],
    ['one-character-name', 'one-character'],
  ]);
  return makeName(random, sex, special.get(kind) ?? (random.chance(0.1) ? 'one-character' : 'common'));
}

function ethnicityOf(random: Random, kind: Case | null): string {
  if (kind === 'dotted-name' || kind === 'long-name') return '05';
  return random.chance(0.86) ? '01' : random.pick(['02', '03', '05', '06', '08', '11', '15']);
}

interface NumberParts {
  kind: Case | null;
  birth: string;
  sex: Sex;
  area: string;
}

/** An unused number. For the cases with a mismatch, the number contains different facts on purpose. */
function freeNumber(random: Random, { kind, birth, sex, area }: NumberParts, used: Set<string>): string {
  const otherSex: Sex = sex === '1' ? '2' : '1';
  const numberSex = kind === 'sex-digit-mismatch' ? otherSex : sex;
  const day = kind === 'birth-date-mismatch' ? addDays(birth, -31) : birth;
  const registered = kind === 'newcomer' ? NEIGHBOUR : area;
  const start = random.whole(0, 499);
  for (let tries = 0; tries < 500; tries++) {
    const number = idNumber(registered, day, (start + tries) % 500, numberSex);
    const wanted = kind !== 'check-character-x' || number.endsWith('X');
    if (wanted && !used.has(number)) {
      used.add(number);
      return number;
    }
  }
  throw new Error('more children than numbers for one day of birth');
}
