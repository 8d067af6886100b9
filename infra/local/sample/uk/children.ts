/**
 * Made-up children of the sample authority. The first are the special ones of the stories. NHS numbers are of the range
 * that is kept for tests (999…), with their check digit.
 */
import type { Fields, IntakeRecord } from '../../../../shared/client/wire/types.ts';
import { addDays, yearsBefore } from '../birth.ts';

export const SCHOOL = 'Brook Primary School (sample)';
const AREA = 'E08000035';

/** What is special about a child, by its number from 0. */
export const KINDS = [
  'small',
  'pupil',
  'twelve',
  'sixteen-today',
  'looked-after',
  'at-risk',
  'youth',
] as const;
export type Kind = (typeof KINDS)[number];

export interface UkChild {
  index: number;
  kind: Kind | null;
  name: string;
  nhsNumber: string;
  birth: string;
  mother: { name: string; number: string };
  father: { name: string; number: string };
}

const GIVEN = ['Ada', 'Ben', 'Cleo', 'Dev', 'Ella', 'Finn', 'Gita', 'Hari', 'Isla', 'Joel', 'Kira', 'Liam'];
const FAMILY = ['Example', 'Sample', 'Testcase', 'Placeholder', 'Synthetic'];
const AGES: Readonly<Record<Kind, number>> = {
  ...{ small: 4, pupil: 8, twelve: 12, 'sixteen-today': 16 },
  ...{ 'looked-after': 9, 'at-risk': 7, youth: 15 },
};

/** The children in order; a larger count does not change the first ones. */
export function* ukChildren({ children, today }: { children: number; today: string }): Generator<UkChild> {
  for (let index = 0, serial = 0; index < children; index++, serial++) {
    while (checkDigit(nine(serial)) === null) serial++;
    const kind = KINDS[index] ?? null;
    const family = FAMILY[index % FAMILY.length] ?? '';
    const age = kind ? AGES[kind] : 1 + ((index * 5) % 16);
    const birthday = yearsBefore(today, age);
    const person = (given: string, which: number) => ({
      name: `${given} ${family}`,
      number: `SYNTHETIC-${String(index * 2 + which).padStart(6, '0')}`,
    });
    yield {
      index,
      kind,
      name: `${GIVEN[index % GIVEN.length]} ${family}`,
      nhsNumber: `${nine(serial)}${checkDigit(nine(serial))}`,
      birth: kind === 'sixteen-today' ? birthday : addDays(birthday, -40 - (index % 200)),
      mother: person('Mary', 1),
      father: person('Tom', 2),
    };
  }
}

const nine = (serial: number) => `999${String(serial).padStart(6, '0')}`;

/** The tenth digit, modulo 11; `null` where there is none. */
export function checkDigit(first: string): number | null {
  const sum = [...first].reduce((all, digit, at) => all + Number(digit) * (10 - at), 0);
  const rest = (11 - (sum % 11)) % 11;
  return rest === 10 ? null : rest;
}

const STATUS: Partial<Record<Kind, string>> = {
  pupil: 'child-in-need',
  'looked-after': 'care-order',
  'at-risk': 'protection-plan',
};
const isPupil = ({ kind, index }: UkChild) => kind === 'pupil' || kind === 'looked-after' || index % 4 === 0;

function authority({ kind, name, nhsNumber, birth, mother, father, index }: UkChild): Fields {
  const holders = [
    { ...mother, relation: 'mother' },
    { ...father, relation: 'father' },
  ];
  return {
    ...{ name, nhs_number: nhsNumber, birth_date: birth, sex: index % 2 === 0 ? 'female' : 'male' },
    ...{ area_code: AREA, legal_status: (kind && STATUS[kind]) ?? 'none' },
    ...{ parental_responsibility: holders, first_holder: mother },
    home_address: { text: `${index + 1} Sample Street`, postcode: 'ZZ99 3VZ' },
    phone: `0113496${String(index % 10_000).padStart(4, '0')}`,
    parental_risk: {
      risk: kind === 'at-risk',
      basis: kind === 'at-risk' ? 'non-molestation order (made up)' : 'none known',
    },
    ...(index % 3 === 0 && { communication_needs: 'interpreter needed' }),
    ...(kind === 'looked-after' && {
      placement: {
        carer: 'Foster Example',
        address: { text: '99 Placement Road', postcode: 'ZZ99 3VZ' },
        confidential: true,
      },
    }),
    ...(kind === 'at-risk' && { concern: 'disclosure at school (made up)' }),
    ...(kind &&
      STATUS[kind] && {
        care_plan: {
          kind: kind === 'looked-after' ? 'care' : kind === 'at-risk' ? 'child-protection' : 'child-in-need',
          lead: 'Alex Sample',
          actions: 'visits every two weeks',
        },
      }),
  };
}

interface Source {
  prefix: string;
  sheet(child: UkChild): Fields | null;
}

/** In loading order: the authority first, because its area code says where a child is. */
const SOURCES: Readonly<Record<string, Source>> = {
  'la-children': { prefix: 'LA', sheet: authority },
  'nhs-hv': {
    prefix: 'NH',
    sheet: ({ name, nhsNumber, birth, kind }) => ({
      ...{ name, nhs_number: nhsNumber, birth_date: birth, health_contact: 'Sample Surgery' },
      ...(kind === 'at-risk' && { health_summary: 'three attendances in a month (made up)' }),
      ...(kind === 'pupil' && { disability: 'hearing aid' }),
    }),
  },
  'school-brook': {
    prefix: 'SB',
    sheet: (child) =>
      isPupil(child)
        ? { school: SCHOOL, attendance: 60 + (child.index % 40), send_support: 'sen-support' }
        : null,
  },
  'police-ppu': {
    prefix: 'PO',
    sheet: ({ kind }) =>
      kind === 'at-risk'
        ? {
            police_incidents: 'two calls to the address (made up)',
            not_shared: [
              {
                ...{ day: '2026-01-15', asked: 'not-asked', what: 'name of the caller' },
                ...{ why: 'risk-of-harm', reason: 'the caller fears for their safety' },
              },
            ],
          }
        : null,
  },
  'yj-service': {
    prefix: 'YJ',
    sheet: ({ kind }) =>
      kind === 'youth' ? { youth_justice: { stage: 'order', worker: 'Frankie Justice' } } : null,
  },
};

export const UK_SOURCES: readonly string[] = Object.keys(SOURCES);

/** The records of one office, in order of the children. With `ifVersion: 0` a second load does nothing. */
export function* ukRecordsOf(
  clientId: string,
  sample: { children: number; today: string },
): Generator<IntakeRecord> {
  const source = SOURCES[clientId];
  if (!source) throw new Error(`${clientId} puts no sample records in`);
  for (const child of ukChildren(sample)) {
    const fields = source.sheet(child);
    if (fields === null) continue;
    const localId = `${source.prefix}-${String(child.index + 1).padStart(5, '0')}`;
    yield { match: { nhs_number: child.nhsNumber, local_id: localId }, ifVersion: 0, fields };
  }
}
