/** The shipped packs, each with the states that its law tells apart, for the suites that run on all of them. */
import { fileURLToPath } from 'node:url';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Ask, ConsentArtefact, Json } from '../../shared/policy/types.ts';
import { AT_DESK, children, compileFolder } from './support.ts';

/** The giver and what it says; equal givers with their relation. */
export type Act = [giver: string, act: ConsentArtefact['act'], relation?: string];

export interface Profile {
  name: string;
  pack: Pack;
  /** What the names of its tables begin with. */
  tables: string;
  /** Where caller and record are. */
  area: string;
  /** The sealed record that the pack must not have. */
  sealed: string;
  births: readonly Json[];
  /** Further facts, one set a state. */
  states: readonly Readonly<Record<string, Json>>[];
  /** Facts of the caller's own institution, and of the person at the desk. */
  own: Readonly<Record<string, Json>>;
  acts: readonly (readonly Act[])[];
  /** What a request may state besides what every purpose demands. */
  asks(purpose: string): Partial<Ask>[];
  /** A field that takes a second person. */
  strict: string;
  /** Purposes whose cells have one form, and fields that a purpose never shows. */
  forms: Readonly<Record<string, string>>;
  never: Readonly<Record<string, readonly string[]>>;
  /** Purposes that need what no situation of these carries. */
  unreachable: readonly string[];
  /** Refused whatever the state. */
  prohibited: readonly string[];
  /** Kinds of ground, and the least number of cases in its table of consents. */
  kinds: { input: string; count: number; cases: number };
}

/** Every act of the one side with every act of the other. */
const pairs = (left: readonly Act[][], right: readonly Act[][]): Act[][] =>
  left.flatMap((one) => right.map((other) => [...one, ...other]));

const ABLE = [true, false];
const GUARDIANS: (Json | null)[] = [
  { status: 'normal', conflict: false },
  { status: 'normal', conflict: true },
  { status: 'revoked' },
  { status: 'temporary-state', conflict: true },
  null,
];

const disadvantaged: Profile = {
  name: 'disadvantaged-children',
  pack: children,
  tables: '',
  area: '990001',
  sealed: 'offence_record',
  births: ['2021-01-01', '2016-01-01', '2012-03-10', '2010-01-01', '2008-03-10', '2000-01-01', null],
  states: GUARDIANS.flatMap((guardianship_status) =>
    ABLE.map((able_to_express_will) => ({
      able_to_express_will,
      ...(guardianship_status !== null && { guardianship_status }),
    })),
  ),
  own: {
    placement_site: { institution: 'own-institution' },
    school_name: 'own-institution',
    ...AT_DESK.facts,
  },
  acts: pairs(
    [[], [['child', 'given']], [['child', 'refused']], [['child', 'withdrawn']]],
    [
      [],
      [['guardian', 'given']],
      [['guardian', 'informed']],
      [['guardian', 'objects']],
      [['guardian', 'withdrawn']],
      [['carer', 'given']],
      [['substitute', 'given']],
      [['substitute', 'informed']],
      [
        ['guardian', 'given', 'mother'],
        ['guardian', 'refused', 'father'],
      ],
    ],
  ),
  asks: (purpose) => {
    const base = { imminentDangerAttested: purpose === 'E1' };
    if (purpose !== 'X1') return [base];
    return [base, { ...base, inquirer: 'child' }, { ...base, inquirer: 'guardian' }];
  },
  strict: 'illness',
  forms: { M1: 'generalised', A1: 'generalised', C1: 'predicate', C2: 'predicate' },
  never: {
    M1: [
      ...['name', 'hukou_address', 'residence_address', 'placement_site'],
      ...['photo', 'av_recording', 'school_name', 'student_no'],
    ],
  },
  // Needs proofs that no situation carries.
  unreachable: ['M1'],
  prohibited: ['PX1', 'PX4', 'PX8'],
  kinds: { input: 'purposeKind', count: 7, cases: 60 },
};

const CHILD = { name: 'Ada Example', nhs_number: '9990000018' };
const HOLDER = { name: 'Bea Example', number: 'P-1' };
/** The child and a holder of parental responsibility, as they stand at the desk. */
export const UK_DESK = {
  ...CHILD,
  'first_holder.name': HOLDER.name,
  'first_holder.number': HOLDER.number,
};
const STATUSES = ['none', 'accommodated'];
const RISKS = [undefined, { risk: true, basis: 'non-molestation order' }];

const uk: Profile = {
  name: 'uk-childrens-social-care',
  pack: compileFolder(fileURLToPath(new URL('../../shared/packs/uk-childrens-social-care', import.meta.url))),
  tables: 'uk-',
  area: 'E08000035',
  sealed: 'adoption_record',
  // On this day the fourth turns 16, the fifth turns 18.
  births: ['2022-01-01', '2015-01-01', '2010-03-11', '2010-03-10', '2008-03-10', '2000-01-01', null],
  states: STATUSES.flatMap((legal_status) =>
    RISKS.map((parental_risk) => ({ legal_status, ...(parental_risk && { parental_risk }) })),
  ),
  own: {
    school: 'own-institution',
    youth_justice: { stage: 'order' },
    first_holder: HOLDER,
    ...CHILD,
  },
  acts: pairs(
    pairs(
      [[], [['child', 'given']], [['child', 'refused']], [['child', 'withdrawn']]],
      [[], [['child', 'able']], [['child', 'unable']]],
    ),
    [
      [],
      [['guardian', 'given', 'mother']],
      [['guardian', 'objects', 'father']],
      [['guardian', 'withdrawn', 'mother']],
      [
        ['guardian', 'given', 'mother'],
        ['guardian', 'given', 'father'],
      ],
      [
        ['guardian', 'given', 'mother'],
        ['guardian', 'refused', 'father'],
      ],
    ],
  ),
  asks: (purpose) => {
    const base = { imminentDangerAttested: purpose === 'EMG' };
    if (purpose === 'CIN') return [base, { ...base, basis: 'consent' }, { ...base, basis: 'public-task' }];
    if (purpose !== 'SAR') return [base];
    const identity = UK_DESK;
    return [base, { ...base, identity, inquirer: 'child' }, { ...base, identity, inquirer: 'guardian' }];
  },
  strict: 'health_summary',
  forms: {},
  never: {
    EHP: ['concern', 'police_incidents', 'health_summary', 'placement', 'youth_justice', 'parental_risk'],
  },
  unreachable: [],
  prohibited: ['UX1', 'UX3'],
  kinds: { input: 'ground', count: 5, cases: 40 },
};

export const PROFILES: readonly Profile[] = [disadvantaged, uk];
