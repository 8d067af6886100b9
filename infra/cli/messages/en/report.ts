import { many } from '../../../../shared/plural.ts';

export const report = {
  audit: {
    what: 'answer a yearly audit from the log, as an auditor',
    year: 'in the time zone of the policy',
  },
  processing: {
    what: 'the record of processing: each purpose with basis, data, recipients, deletion and assessment',
    offline: 'without the register: no recipients are named',
  },
  byPurpose: 'releases by purpose',
  byAgency: 'releases by agency',
  refusals: 'refusals',
  verdicts: 'verdicts of reviews',
  incidents: 'incidents',
  stops: 'freezes, suspensions and holds',
  alerts: 'alerts',
  consents: 'consents',
  deletions: 'deletions',
  changes: 'register and policy',
  year: 'year',
  releases: 'releases',
  about: (n: number, people: number) => `${n} about ${many(people, 'person', 'people')}`,
  prohibited: 'prohibited uses',
  attempts: (n: number) => many(n, 'attempt'),
  emergencies: 'emergencies',
  unreviewed: (n: number, open: number) =>
    `${n}, of which ${open} ${open === 1 ? 'was' : 'were'} not reviewed`,
  overdue: 'overdue tasks',
  readings: 'readings of the log',
  completeness: 'completeness',
  chains: (chains: number, missing: number, damaged: number) =>
    `${many(chains, 'chain')}, ${many(missing, 'item')} missing, ${damaged} damaged, `,
  differ: (n: number, erased: number) => `${n} differ from their leaf, ${erased} of erased people`,
  verifyToo: '\n`fieldgate log verify` checks the whole tree of the log.\n',
};
