/** The offices of the sample authority and their people, for the pack of children's social care in England. */
import type { SamplePerson } from '../../people/sample-people.ts';
import type { SampleAgency } from '../agencies.ts';
import { SCHOOL } from './children.ts';

/** The GSS code of the sample's authority. */
const AREA = 'E08000035';
const SOURCE = ['intake', 'release', 'casework'];
const READER = ['release', 'casework'];

function office(
  clientId: string,
  name: string,
  department: string | null,
  role: string,
  purposes: string[],
  actions = SOURCE,
  rest: Partial<SampleAgency> = {},
): SampleAgency {
  const departments = department === null ? [] : [department];
  return {
    ...{ clientId, name, zh: name, departments, roles: [role], areas: [AREA], purposes, actions },
    ...rest,
  };
}

export const UK_AGENCIES: readonly SampleAgency[] = [
  office('la-children', 'Children’s services', 'LA', 'childrens-services', ['CIN', 'S47', 'LAC', 'EMG']),
  office('la-records', 'Records and access desk', 'LA', 'records-desk', ['SAR'], READER),
  office('la-principal', 'Principal social worker', 'LA', 'principal-social-worker', [], READER),
  office('police-ppu', 'Public protection unit', 'POLICE', 'police-protection', ['S47', 'EMG']),
  office('nhs-hv', 'Health visiting and school nursing', 'NHS', 'health-visiting', ['HV', 'EHP']),
  office('nhs-safeguarding', 'Safeguarding team of the board', 'NHS', 'safeguarding-health', ['EMG']),
  office('school-brook', 'Brook Primary School', 'EDU', 'school', ['SCH'], SOURCE, { institution: SCHOOL }),
  office('edu-office', 'Education office', 'EDU', 'education-office', [], READER),
  office('yj-service', 'Youth justice service', 'YJ', 'youth-justice-team', ['YJS']),
  office('hub-meadow', 'Meadow family hub', null, 'family-hub', ['EHP'], READER),
  office('audit-office', 'Information governance', null, 'auditor', [], ['audit']),
  office('steward-office', 'Office of the policy steward', null, 'steward', [], ['steward', 'casework']),
];

/** Two for each office; the second supervises its cases. */
const NAMES: Readonly<Record<string, readonly [string, string]>> = {
  'la-children': ['Alex Sample', 'Robin Sample'],
  'la-records': ['Casey Desk', 'Drew Desk'],
  'la-principal': ['Morgan Sample', 'Quinn Sample'],
  'police-ppu': ['Sam Constable', 'Lee Constable'],
  'nhs-hv': ['Jo Visitor', 'Kim Visitor'],
  'nhs-safeguarding': ['Pat Doctor', 'Val Doctor'],
  'school-brook': ['Terry Teacher', 'Jamie Teacher'],
  'edu-office': ['Chris Office', 'Nicky Office'],
  'yj-service': ['Frankie Justice', 'Toni Justice'],
  'hub-meadow': ['Billie Hub', 'Charlie Hub'],
  'audit-office': ['Ash Audit', 'Bo Audit'],
  'steward-office': ['Sky Steward', 'River Steward'],
};
const ROLES: Readonly<Record<string, SamplePerson['roles'][number]>> = {
  'audit-office': 'auditor',
  'steward-office': 'steward',
  'la-records': 'clerk',
};

export const UK_PEOPLE: readonly SamplePerson[] = Object.entries(NAMES).flatMap(([clientId, names]) =>
  names.map((name, index) => {
    const role = ROLES[clientId] ?? 'officer';
    const supervises = index === 1 && role === 'officer';
    return {
      id: name.toLowerCase().replace(' ', '.'),
      name,
      zh: name,
      roles: supervises ? [role, 'supervisor' as const] : [role],
      office: clientId,
    };
  }),
);
