/**
 * Every purpose with its requirements; then other grounds of the same purposes, and cells with further
 * requirements.
 */
import { card, type Demand, inquiry, leak, type Row, released, statistics, verified } from './rows.ts';

const PURPOSES: Row[] = [
  released({ purpose: 'W1', agency: 'mca-county', fields: ['name', 'benefits'], demands: ['case', 'area'] }),
  released({
    ...{ purpose: 'W2', agency: 'mca-county', fields: ['name', 'benefits'] },
    demands: ['case', 'area', 'approval'],
  }),
  released({
    purpose: 'W3',
    agency: 'mca-county',
    fields: ['name', 'guardian_phone'],
    demands: ['case', 'area'],
  }),
  released({ purpose: 'W4', agency: 'mca-county', fields: ['name', 'guardian_phone'], demands: ['area'] }),
  released({ purpose: 'E1', agency: 'mps-county', fields: ['name', 'guardian_phone'], demands: ['danger'] }),
  released({
    ...{ purpose: 'R1', agency: 'mps-county', fields: ['name', 'guardian_phone'] },
    demands: ['case', 'area'],
  }),
  released({
    ...{ purpose: 'J1', agency: 'court-county', fields: ['name', 'sex'] },
    demands: ['case', 'instrument', 'approval'],
  }),
  released({
    ...{ purpose: 'J2', agency: 'procuratorate-county', fields: ['name', 'sex'] },
    demands: ['case', 'instrument', 'consent', 'area'],
  }),
  released({
    ...{ purpose: 'K1', agency: 'archive-county', fields: ['name', 'sex'] },
    demands: ['case', 'area'],
  }),
  released({ purpose: 'S1', agency: 'edu-county', fields: ['name', 'school_name'], demands: ['area'] }),
  released({
    ...{ purpose: 'H1', agency: 'health-hospital', fields: ['name', 'guardian_phone'] },
    demands: ['case', 'consent'],
  }),
  released({
    ...{ purpose: 'D1', agency: 'cdpf-county', fields: ['name', 'sex'] },
    demands: ['case', 'consent', 'area'],
  }),
  released({
    ...{ purpose: 'F1', agency: 'league-county', fields: ['name', 'sex'] },
    demands: ['activity', 'consent', 'area'],
  }),
  verified('C1', 'charity-sunrise', 'spring-bud', ['case', 'consent']),
  verified('C2', 'platform-lantern', 'help-page-check', ['consent', 'code']),
  card,
  leak,
  inquiry,
  statistics,
];

/** A cell of a second person, of each purpose that has one and no approval for the whole. */
const CELLS: Row[] = [
  cell('W1', 'mca-county', 'hiv_status', ['case']),
  cell('W4', 'mca-county', 'illness', []),
  cell('R1', 'mps-county', 'harm_incident', ['case']),
  cell('J2', 'procuratorate-county', 'harm_incident', ['case', 'instrument', 'consent']),
  cell('K1', 'archive-county', 'adoption_info', ['case']),
  cell('S1', 'edu-county', 'edu_assessment', []),
  cell('H1', 'health-hospital', 'mental_health', ['case', 'consent']),
  cell('D1', 'cdpf-county', 'edu_assessment', ['case', 'consent']),
];

function cell(purpose: string, agency: string, field: string, demands: Demand[]): Row {
  return released({
    ...{ purpose, variant: `, ${field}`, agency, fields: [field] },
    demands: [...demands, 'approval'],
  });
}

const GROUNDS: Row[] = [
  // A kindergarten has no statutory duty; the guardian consents.
  released({
    ...{
      purpose: 'S1',
      variant: ' of a kindergarten',
      agency: 'charity-harbour',
      fields: ['name', 'school_name'],
    },
    demands: ['consent', 'area'],
  }),
  // Counsel that a court appointed needs no consent.
  released({
    ...{ purpose: 'J2', variant: ' of appointed counsel', agency: 'audit-office', fields: ['name', 'sex'] },
    demands: ['case', 'instrument', 'area'],
  }),
  // Urgent treatment needs no consent; without the danger it does.
  released({
    ...{ purpose: 'H1', variant: ', urgent', agency: 'health-hospital', fields: ['name', 'guardian_phone'] },
    ...{ demands: ['case', 'danger'], codes: { danger: 'REFUSED' } },
  }),
];

export const ROWS: Row[] = [...PURPOSES, ...CELLS, ...GROUNDS];
