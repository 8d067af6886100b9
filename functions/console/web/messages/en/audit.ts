import { many } from '../../../../../shared/plural.ts';

export const flows = {
  title: 'Data from departments to recipients, by purpose',
  hint: 'Each released answer counts once for each department whose data it contains.',
  from: 'From the department',
  to: 'To the office',
  entries: 'Entries',
  anyPurpose: 'All purposes',
  anyOffice: 'All offices',
  byHour: 'By weekday and hour',
  lastHour: 'Opens the last such hour.',
  none: 'Nothing was released in this span.',
  recipients: 'Recipients',
  owners: 'Departments whose data was given',
  officers: 'Officers, all entries',
};

export const inquiry = {
  hint: 'Enter the id of a person in the log, as entries show it, or your own reference. Each look is an entry about this person.',
  by: 'Find by',
  byId: 'Id in the log',
  look: 'Look',
  all: (n: string) => `${many(n, 'entry', 'entries')}; these are all.`,
  atLeast: (n: string) => `${many(n, 'entry', 'entries')} so far, newest first`,
  older: 'Read older ones',
  toTheEnd: 'Read all',
  itself: 'This look is an entry about the person too.',
  none: 'No entry names this person.',
  timeline: 'The entries about this person over time',
  shapes: '● answered · ■ refused or alert',
  gateway: 'the gateway',
  mark: (office: string, purpose: string, when: string, n: string, refused: boolean) =>
    `${office}, ${purpose === '' ? '' : `${purpose}, `}${when}: ${n} ${refused ? 'refused' : ''}`.trim(),
  recipients: 'Recipients of data of this person',
  nobody: 'Nobody.',
  first: 'First',
  last: 'Last',
  times: 'Times',
  entries: 'All entries',
};

export const writers = {
  hint: 'Each part of the gateway writes with a key of its own, for a limited time and only the kinds of its certificate.',
  keys: 'Keys of writers',
  part: 'Part',
  writer: 'Writer',
  key: 'Key',
  from: 'From',
  span: 'Lifetime',
  states: { current: 'in use', over: 'over', revoked: 'revoked' },
  revoke: 'Revoke a leaked key (two auditors)',
  jobs: 'Work on keys and records',
  noJobs: 'No job has changed a key or a record in the last 31 days.',
};

export const sources = {
  hint: 'Databases from which offices keep their fields up to date, by fieldgate sync. Each shows its last run: numbers and codes, and nothing of a row.',
  none: 'No source has reported a run.',
  source: 'Source',
  state: 'State',
  last: 'Last run',
  good: 'Last good run',
  rows: 'Rows',
  faults: 'Faults',
  never: 'never',
  fine: 'ended well',
  silent: (since: string) => `silent since ${since}`,
  failed: (why: string) => `failed: ${why}`,
  failures: {
    DATABASE: 'the database gave no answer, or refused the query',
    MAPPING: 'mapping, columns or state of the source',
    BUDGET_SPENT: 'a budget of the day is spent',
  } as Record<string, string>,
  /** Of a row; the gateway's own codes stay codes. */
  wrong: { FORM: 'of another form', TWICE: 'a key twice', NO_KEY: 'without a key' } as Record<string, string>,
  every: (minutes: string) => `every ${minutes} min`,
  byHand: 'by hand',
  seconds: (n: string) => `${n} s`,
  counts: {
    read: 'read',
    added: 'new',
    changed: 'changed',
    gone: 'gone',
    same: 'as before',
    failed: 'refused',
    left: 'gone, fields left',
  },
};

export const simulate = {
  title: 'What would an office get?',
  nobody: 'Simulated: no person is looked up, and nothing is released.',
  own: 'My office',
  allFields: 'All fields of the purpose',
  oneMore: 'One more field',
  fact: 'A fact about the person',
  ofPerson: (field: string) => `If the person has: ${field}`,
  value: 'Value',
  given: 'It would be answered.',
  refused: 'It would be refused.',
};
