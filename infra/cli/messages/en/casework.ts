import { many } from '../../../../shared/plural.ts';

export const cases = {
  open: {
    noOfficer: 'Name the officers who work on it: --assign.',
  },
  confirm: (id: string, entry: string) => `\nOnce they have read it, another person confirms it: fieldgate case confirm ${id} --entry ${entry}\n`,
};

export const collect = {
  what: 'collect an approved request of many people, a hundred at a time',
  subjects: 'the file with which the request was filed',
  out: 'the answers: one JSON object on each line, for one person',
  help: `
The same command continues after any interruption. A person is collected once: if an answer was lost on the way, the
command says for whom, and a new request asks for them.

  fieldgate request submit --as mca-county --purpose W2 --case PAY-2026-11 --subjects run.csv --officer zhao.min \\
    --reason "payment of November"
  fieldgate request collect <id> --as mca-county --subjects run.csv --out run.ndjson --officer zhao.min \\
    --reason "payment of November"`,
  needsFiles: 'Name the list and the file for the answers: --subjects <file> --out <file>.',
  otherSize: (named: number, listed: number) => `The request names ${many(named, 'person', 'people')}, and the list ${listed}.`,
  otherList: (path: string) => `${path} holds the answers of another list.`,
  released: 'released',
  releasedIn: (n: number, file: string) => `${n}, in ${file}`,
  lost: 'lost',
  lostMeans: (who: string) => `${who}. They were collected and are not in the file: file a new request.`,
};

export const consent = {
  act: 'given, refused, objects, informed, notified, processed; able or unable: a judgement',
  text: 'the text to be published, for a purpose of publication; only its digest is sent',
  list: 'show the consents filed about a person, newest first',
  none: 'Nothing on file.\n',
};

export const freeze = {
  none: 'Nothing is frozen.\n',
  agency: 'all requests of this agency',
  notLooked: '! Whether this agency has an officer of that name was not looked up: an auditor sees it in the log.\n',
  neverSeen: '! No entry of the last month names this officer of this agency. Is the name right?\n',
  frozenOfficer: 'with --agency: all requests of this officer of it',
  purpose: 'all requests for this purpose',
  class: 'every field of this class',
  stopped: 'how many answers this freeze refused or left a class out of (for stewards and auditors)',
  nameTarget: 'Name what to freeze: a person (--ref, --match), --agency (with --frozen-officer), --purpose or --class.',
  leftOut: (n: number) => (n === 0 ? 'It was left out of no answer.\n' : `It was left out of at least ${n} ${n === 1 ? 'answer' : 'answers'}.\n`),
  refusedSome: (n: number) => (n === 0 ? 'It refused no answer.\n' : `It refused at least ${n} ${n === 1 ? 'answer' : 'answers'}.\n`),
};

export const hold = {
  requested: (id: string, entry: string, until: string) => `Requested. Another person has to run this before ${until}:\nfieldgate hold-confirm ${id} --entry ${entry}\n`,
  recused: (entry: string) => `Registered for a year; no record was looked up. Log entry ${entry}.\n`,
};

export const request = {
  show: 'show one request; with --id-number whether it is about that person',
  among: (person: number | null) => (person === null ? '\nThis person is not among them.\n' : `\nThis person is number ${person} of them.\n`),
  fromList: 'as shown by request list',
  disputed: '\nThe superior has a task to decide on the dispute. The refusal stands until the owner answers again.\n',
  none: 'No requests.\n',
  untested: (id: string, ref: string) => `\nThe text must be tested first: fieldgate story-text ${ref} --text <file> --request ${id}\n`,
  identifies: (id: string) => `\nThe text leads to the person, so it is not approved: fieldgate request refuse ${id} --why REWORD\n`,
};

export const second = {
  /** What a waiting change would do, by the outcome that it would have. */
  changes: {
    registered: 'register',
    changed: 'change the rights of',
    rekeyed: 'give new keys to',
    unsuspended: 'let call again:',
  } as Record<string, string>,
  atOnce: (act: string, order: string) => `${act} on order ${order}, at once`,
  unlessStopped: (act: string) => `${act}, done then unless it is stopped`,
  publication: (version: string, hash: string) => `publish the policy ${version} (${hash})`,
  lift: (kind: string, target: string) => `lift the freeze of ${kind} ${target}`,
  revoke: (writer: string) => `revoke the writer ${writer}`,
  none: 'Nothing waits for a second person. Tasks: fieldgate task list\n',
  askedBy: 'asked by',
  waits: (entry: string) => `The request of the log entry ${entry} waits. The first person says what it asks for.\n`,
  confirm: 'Confirm it as the second person? [y/N] ',
  yes: ['y', 'yes'],
  command: 'command (with --officer and --reason)',
};

export const task = {
  show: 'show a task with its details: of a release on hold who asks, what and why',
  fromList: 'as shown by task list',
  show404: 'The agency has no such task.',
  done: {
    what: 'close a task, if an officer may close it',
    id: 'as shown by task list; without it --kind and --case name the tasks',
    kind: 'all open tasks of this kind that releases for the --case opened, or those under the --purpose without a case',
    purpose: 'purpose of the releases',
  },
  nameOne: 'Name one task by its id, or several by --kind with --case or --purpose.',
  noneOpen: 'No such task is open.\n',
  asked: (entry: string, until: string) => `asks a supervisor to confirm it by --entry ${entry}, until ${until}\n`,
  closed: (id: string, kind: string, outcome: string, when: string) => `${id}  ${kind}  ${outcome} at ${when}\n`,
  none: 'No open tasks.\n',
  count: (n: number) => `\n${n} ${n === 1 ? 'task' : 'tasks'}. fieldgate task show <id> says what closes one.\n`,
  closedBy: 'closed by',
  letterPage: 'the letter as a page to hand over',
  digestOf: 'digest',
  byAct: 'the act that it asks for; fieldgate second shows what waits for a second person',
};
