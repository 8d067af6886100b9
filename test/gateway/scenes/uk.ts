/** The scene of the English pack: the partners of one authority, a police force over several, and another authority. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { SampleAgency } from '../../../infra/local/sample/parties.ts';
import { passesMod11 } from '../../../shared/policy/value/check-digits.ts';
import { BORN } from '../../support/people.ts';
import type { Scene } from './scene.ts';

const FOLDER = fileURLToPath(new URL('../../../shared/packs/uk-childrens-social-care', import.meta.url));
const county = { own: 'E08000035', foreign: 'E06000014' };
/** The police force over the own county. */
const FORCE = 'E47000003';

const { offices } = parse(readFileSync(join(FOLDER, 'sample', 'offices.yaml'), 'utf8')) as {
  offices: (Omit<SampleAgency, 'clientId' | 'name'> & { id: string; name: string })[];
};
const own = offices.map(
  ({ id, name, ...rights }): SampleAgency => ({
    ...{ clientId: id, name: { en: name } },
    ...rights,
  }),
);
const elsewhere: SampleAgency = {
  ...{ clientId: 'la-elsewhere', name: { en: 'Elsewhere' }, departments: ['LA'] },
  ...{
    roles: ['childrens-services', 'principal-social-worker'],
    areas: [county.foreign],
    purposes: ['S47', 'CIN'],
  },
  actions: ['intake', 'release', 'casework'],
};
const bystander: SampleAgency = {
  ...{ clientId: 'hub-harbour', name: { en: 'Harbour family hub' }, departments: [] },
  ...{ roles: ['family-hub'], areas: [county.own], purposes: ['EHP'], actions: ['release', 'casework'] },
};

/** Of the range for tests, from its end. */
let last = 9_998_999_999;
function freshNumber(): string {
  do last--;
  while (!passesMod11(String(last), [10, 9, 8, 7, 6, 5, 4, 3, 2]));
  return String(last);
}

const person = { name: 'Sam Sample', legal_status: 'none' };

export const UK: Scene = {
  agencies: [...own, elsewhere, bystander],
  bystander: bystander.clientId,
  number: 'nhs_number',
  fresh: freshNumber,
  county,
  near: ({ areas }, whose) => areas.includes(county[whose]) || (whose === 'own' && areas.includes(FORCE)),
  speaks: {
    ...{ 'la-principal': 'LA', 'la-elsewhere': 'LA', 'police-ppu': 'POLICE' },
    ...{ 'nhs-safeguarding': 'NHS', 'edu-office': 'EDU', 'yj-service': 'YJ' },
  },
  holders: { own: ['LA', 'NHS'], foreign: ['LA'] },
  sheets: [
    { agency: 'la-children', whose: 'own', fields: { ...person, area_code: county.own } },
    { agency: 'nhs-hv', whose: 'own', fields: { sex: 'female', birth_date: BORN } },
    { agency: 'la-elsewhere', whose: 'foreign', fields: { ...person, area_code: county.foreign } },
  ],
  desk: { own: 'la-records', foreign: 'la-elsewhere' },
  consent: {
    purpose: 'CIN',
    recipient: 'la-children',
    fields: ['name', 'sex'],
    words: { giver: 'guardian', relation: 'mother', method: 'signed-form' },
  },
  objected: {
    own: { field: 'sex', answers: 'NHS', office: 'nhs-safeguarding' },
    foreign: { field: 'legal_status', answers: 'LA', office: 'la-elsewhere' },
  },
  leak: { fields: ['health_summary'], owner: 'NHS', operator: 'controller' },
  frozen: 'LAC',
  holder: 'police-ppu',
  request: {
    ...{ agency: 'la-children', purpose: 'S47', fields: ['police_incidents'] },
    context: { case: 'C-2026-1' },
    deciders: ['police-ppu'],
    line: ['la-principal'],
    refusal: { why: 'not-necessary' },
  },
  cases: { own: 'la-children', foreign: 'la-elsewhere', purpose: 'S47', department: 'LA' },
  met: 'YJS',
  coded: null,
  harm: null,
  cards: null,
  silence: {
    sheets: [
      { agency: 'la-children', fields: { ...person, area_code: county.own } },
      { agency: 'nhs-hv', numbered: true, fields: { sex: 'female', birth_date: '2013-05-06' } },
    ],
    away: { agency: 'la-elsewhere', fields: { ...person, area_code: county.foreign } },
    extra: { field: 'household', value: 'seen at home' },
    holders: ['LA', 'NHS'],
    consented: [
      ['CIN', 'la-children'],
      ['EHP', 'hub-meadow'],
    ],
    consentedFields: ['name', 'sex', 'birth_date', 'area_code', 'legal_status'],
    own: { LA: { legal_status: 'none' }, NHS: { sex: 'female' }, EDU: { attendance: 90 } },
    emergency: 'EMG',
    guarded: {
      inquirer: 'guardian',
      identity: { name: 'Pat Sample', number: 'E00000001' },
      values: () => ({
        ...{ ...person, birth_date: '2016-05-06', area_code: county.own, sex: 'female' },
        first_holder: { name: 'Pat Sample', number: 'E00000001' },
        parental_risk: { risk: false, basis: 'assessed' },
      }),
      used: { agency: 'la-children', purpose: 'S47', open: 'name', closed: 'home_address' },
      endangered: {
        'a risk that the police wrote': { POLICE: { parental_risk: { risk: true, basis: 'assessed' } } },
        'an order': { LA: { legal_status: 'interim-care-order' } },
      },
      metered: ['parental_risk'],
      deferred: [],
    },
    readers: ['la-principal', 'nhs-safeguarding'],
    stranger: { agency: 'hub-meadow', opens: { actions: ['casework'] } },
    filed: {
      ...{ requester: 'police-ppu', case: 'la-children', incident: 'la-principal', leaks: 'LA' },
      ...{ answers: 'LA', tasks: 'la-principal' },
    },
    bystanders: { 'hub-harbour': ['casework'], 'edu-office': ['casework'], 'steward-office': ['casework'] },
  },
};
