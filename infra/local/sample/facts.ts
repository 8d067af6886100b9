/** What the made-up children are made of: `sample/children.yaml` in the folder of the shipped pack. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { SHIPPED } from './parties.ts';

/** Kinds of special children, by their names there. */
export type Case = string;

export type ParentState =
  | 'normal'
  | 'dead'
  | 'declared-missing'
  | 'severe-disability'
  | 'severe-illness'
  | 'serving-sentence'
  | 'compulsory-rehabilitation'
  | 'other-detention'
  | 'out-of-contact'
  | 'guardianship-revoked'
  | 'unknown';

export interface Story {
  /** Codes of the field `hardship_category`. */
  hardship: string[];
  father: ParentState;
  mother: ParentState;
  guardian: 'father' | 'mother' | 'grandparent' | 'relative' | 'committee' | 'state';
  guardianship: string;
  conflict: boolean;
  health: 'healthy' | 'disabled' | 'ill';
  disability: { category: string; level: string } | null;
  able: boolean;
}

interface Facts {
  cases: Readonly<
    Record<
      Case,
      {
        /** In each hundred, from 0, so that a test or a tour can name them. All others are drawn at random. */
        places: readonly number[];
        /** Days from the birthday on which the child turns (or turned) this age. */
        birthday?: readonly [years: number, days: number];
        ages?: readonly [youngest: number, oldest: number];
        story?: Partial<Story>;
      }
    >
  >;
  /** A text is a list of its characters. */
  names: Record<
    'surnames' | 'first' | 'boys' | 'girls' | 'compound' | 'dottedBoys' | 'dottedGirls' | 'dottedFathers',
    readonly string[]
  >;
  counties: Readonly<Record<string, { name: string; towns: readonly string[] }>>;
  villages: readonly string[];
  streets: readonly string[];
  institutions: Record<'welfare' | 'rescue' | 'shelter', { id: string; name: string; address: string }> & {
    welfare: { code: string };
  };
  schools: Record<'primary' | 'junior' | 'senior', readonly string[]>;
  assessments: readonly string[];
  illnesses: readonly { code: string; summary: string }[];
  visits: Record<'moods' | 'homes' | 'needs', readonly string[]>;
  benefits: readonly (readonly [hardship: string, scheme: string, amount: number])[];
}

let known: Facts | undefined;

/** Read once it is wanted: the npm package has no sample. */
export function facts(): Facts {
  if (known) return known;
  const { names, ...rest } = parse(readFileSync(join(SHIPPED, 'sample', 'children.yaml'), 'utf8')) as Facts;
  const listed = Object.entries(names).map(([part, all]) => [part, [...all]]);
  known = { ...rest, names: Object.fromEntries(listed) };
  return known;
}

/** The case of the child with this number (from 0), or `null` for an ordinary child. */
export const caseOf = (index: number): Case | null =>
  Object.entries(facts().cases).find(([, { places }]) => places.includes(index % 100))?.[0] ?? null;
