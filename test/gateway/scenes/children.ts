/** The scene of the pack for disadvantaged children: offices of a county, of its neighbour, and bodies outside. */
import { SAMPLE_AGENCIES } from '../../../infra/local/sample/parties.ts';
import { card, GUARDIAN, GUARDIANS } from '../../support/guardians.ts';
import { BORN, freshNumber, turning } from '../../support/people.ts';
import type { Scene } from './scene.ts';

const county = { own: '990001', foreign: '990002' };
const status = {
  guardianship_status: { status: 'normal', conflict: false },
  guardian_identity: GUARDIAN,
};

export const CHILDREN: Scene = {
  agencies: SAMPLE_AGENCIES,
  bystander: 'charity-harbour',
  number: 'id_number',
  fresh: (whose) => freshNumber(BORN, county[whose]),
  county,
  near: ({ areas }, whose) => areas.some((one) => one.startsWith(county[whose])),
  speaks: {
    ...{ 'mca-county': 'MCA', 'mca-neighbour': 'MCA', 'mps-county': 'MPS', 'edu-county': 'EDU' },
    ...{ 'health-hospital': 'HEALTH', 'cdpf-county': 'CDPF', 'court-county': 'COURT' },
    ...{ 'procuratorate-county': 'PROC', 'finance-county': 'FIN', 'justice-county': 'JUSTICE' },
  },
  holders: { own: ['MCA', 'MPS'], foreign: ['MCA'] },
  sheets: [
    { agency: 'mps-county', whose: 'own', fields: { name: '张某某', birth_date: BORN } },
    { agency: 'mca-county', whose: 'own', fields: { division_code: '990001001001', ...status } },
    { agency: 'mca-neighbour', whose: 'foreign', fields: { division_code: '990002001001', ...status } },
  ],
  desk: { own: 'desk-county', foreign: 'mca-neighbour' },
  consent: {
    purpose: 'D1',
    recipient: 'cdpf-county',
    fields: ['name', 'birth_date'],
    words: {
      ...{ giver: 'guardian', relation: 'mother', method: 'signed-form' },
      document: card(GUARDIAN.id_number),
    },
  },
  objected: {
    own: { field: 'name', answers: 'MPS', office: 'mps-county' },
    foreign: { field: 'guardianship_status', answers: 'MCA', office: 'mca-neighbour' },
  },
  leak: { fields: ['illness'], owner: 'HEALTH', operator: 'state-organ' },
  frozen: 'J2',
  holder: 'court-county',
  request: {
    ...{ agency: 'court-county', purpose: 'J1', fields: ['guardian_relation'] },
    context: { instrument: 'WRIT-1' },
    // The desk and the home of the department decide nothing.
    deciders: ['mca-county'],
    line: ['court-county'],
    refusal: {},
  },
  cases: { own: 'mca-county', foreign: 'mca-neighbour', purpose: 'W3', department: 'MCA' },
  met: 'W1',
  coded: { programme: 'help-page-check', recipient: 'platform-lantern' },
  harm: {
    own: { reporter: 'school-second', to: 'MPS' },
    // The neighbour has no police here.
    foreign: { reporter: 'mca-neighbour', to: 'MCA' },
  },
  silence: {
    sheets: [
      {
        agency: 'mca-county',
        fields: {
          ...{ division_code: '990001001001', ...status },
          ...{ able_to_express_will: true, hardship_category: ['orphan'] },
        },
      },
      {
        agency: 'mps-county',
        numbered: true,
        fields: { name: '欧阳娜娜', sex: '1', birth_date: BORN },
      },
      { agency: 'edu-county', fields: { schooling_status: 'primary' } },
    ],
    away: {
      agency: 'mca-neighbour',
      fields: {
        ...{ division_code: '990002001001', ...status },
        ...{ able_to_express_will: true, hardship_category: ['orphan'] },
      },
    },
    extra: { field: 'visit_notes', value: 'seen at home' },
    holders: ['MPS', 'MCA', 'EDU'],
    consented: [
      ['D1', 'cdpf-county'],
      ['C1', 'charity-sunrise'],
      ['M1', 'press-office'],
      ['C2', 'platform-lantern'],
    ],
    consentedFields: [
      ...['name', 'sex', 'birth_date', 'schooling_status', 'hardship_category', 'illness', 'division_code'],
    ],
    own: {
      MPS: { name: '欧阳娜娜' },
      MCA: { hardship_category: ['orphan'] },
      EDU: { schooling_status: 'primary' },
    },
    emergency: 'E1',
    guarded: {
      inquirer: 'guardian',
      identity: { name: GUARDIAN.name, number: GUARDIAN.id_number },
      values: (bare) => ({
        ...{ name: '欧阳娜娜', birth_date: turning(8), able_to_express_will: true },
        division_code: bare ? county.own : `${county.own}001001`,
        guardian_identity: bare ? GUARDIANS.slice(0, 1) : GUARDIANS,
        guardianship_status: { status: 'normal', conflict: false },
        placement_site: { institution: 'SH-990001-02', address: '避风路9号', secret: false },
        parent_status: { father: 'compulsory-rehabilitation', mother: 'serving-sentence' },
      }),
      used: {
        ...{ agency: 'mca-county', purpose: 'W1', open: 'name', closed: 'visit_notes' },
        elsewhere: { agency: 'edu-county', purpose: 'S1' },
      },
      endangered: {
        'a conflict that the court wrote': {
          COURT: { guardianship_status: { status: 'normal', conflict: true } },
        },
        'a secret place': { MCA: { placement_site: { institution: 'SH-990001-02', secret: true } } },
        'care of the state': {
          MCA: {
            guardianship_status: { status: 'temporary-state', conflict: false },
            placement_site: { institution: 'SH-990001-02' },
          },
        },
      },
      metered: [],
      deferred: ['a conflict that the court wrote'],
    },
    readers: ['mca-county', 'edu-county'],
    stranger: { agency: 'press-office', opens: { actions: ['release'], purpose: 'M1' } },
    filed: {
      ...{ requester: 'health-hospital', case: 'mca-county', incident: 'mca-county', leaks: 'MCA' },
      ...{ answers: 'MPS', tasks: 'mca-county' },
    },
    bystanders: {
      'charity-harbour': ['release'],
      'procuratorate-county': ['casework'],
      'steward-office': ['casework'],
      'platform-lantern': ['casework'],
    },
  },
  cards: { agency: 'press-office', purpose: 'M1', decider: 'mps-county' },
};
