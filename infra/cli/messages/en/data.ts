import { many } from '../../../../shared/plural.ts';

export const catalogue = {
  export: 'all fields of the policy in force, with class of sharing, basis and purposes',
  purpose: 'show one purpose with its fields',
  notOpen: (names: string) => `This purpose is not open to the agency. Open are: ${names}.`,
  noneOpen: '\nNo purpose is open.\n',
  next: '\nfieldgate catalogue <purpose> shows its fields.\n',
};

export const fields = {
  name: 'show one field: its form, examples and allowed values',
  purpose: 'for agencies whose every action needs one: a purpose of the token',
  unknown: (nearest: string | null) => (nearest === null ? 'There is no such field.' : `There is no such field; the nearest is ${nearest}.`),
  noSuch: (name: string, nearest: string | null) => (nearest === null ? `There is no field ${name}.` : `There is no field ${name}. Is ${nearest} meant?`),
  computed: 'computed at release, never stored',
  example: 'example',
  type: 'type',
  next: '\nfieldgate fields <name> shows allowed values and the JSON Schema.\n',
  typesHelp: '\n  fieldgate types --as edu-county > fields.d.ts',
};

export const inquiry = {
  inquirer: 'an inquirer of the policy, such as child or guardian, as verified by the desk',
  name: 'of the document that the inquirer showed',
  number: 'the number of that document',
  second: 'ticket of a second clerk (inquiry-second); without it restricted classes are left out',
  sealTo: "a public key (JWK) of the inquirer's device, which alone opens the answer",
  copy: 'a copy for a machine: the answer as JSON, signed by the gateway (JWS)',
  html: 'the answer as a page to print',
  check: 'read the complete log, and check that no entry about the person was omitted',
  dir: 'with --check: a mirror of the log; otherwise it comes from the gateway that answered',
  key: "with --check: the log's key, or a file with it, from a source that you trust",
  oneForm: 'Say only one of --html, --copy, --seal-to and --check.',
  outOf: '--out is the file of a page or of a sealed answer: it needs --html or --seal-to.',
  ofCheck: '--dir and --key belong to --check.',
  noKey: (path: string) => `There is no public key (JWK) in ${path}.`,
  refused: (inquiry: string, entry: string) => `No answer can be given. The reasons are on file under ${inquiry} (log entry ${entry}).\n`,
  notAll: 'These are not all entries: the older ones were not answered. Inquire again.\n',
  unavailable: (names: string) => `Not in this answer, held or not; ask again later, or with a hybrid key: ${names}\n`,
  withSecond: (names: string) => `With a second clerk also: ${names}\n`,
  absent: 'not in this log',
  altered: 'differs from the log',
  leftOut: 'left out',
  gap: (n: number) => `number ${n}`,
  log: 'log',
  leaves: (size: number, root: string) => `${many(size, 'leaf', 'leaves')}, root ${root}`,
  listed: 'listed',
  listedCount: (n: number, secret: number) => `1 to ${n} about the person, ${secret} of them under secrecy`,
  complete: (mark: string, until: string) => `${mark} The log has no other entry about this person up to ${until}. Only a later answer can show later entries.\n`,
  differs: (mark: string) => `${mark} The answer differs from the log.\n`,
  noProof: 'This answer has no proof: only the person gets it, not a representative.',
  logFault: (message: string) => `The log has a fault: ${message}`,
};

export const insight = {
  statistics: {
    help: `
Counts are at least ten people, rounded to five. A missing group has fewer, or would reveal a group with fewer.

A steward counts first, with fieldgate keys cohorts.

  fieldgate keys cohorts --as steward-office --officer li.na --reason "the counts of the month"
  fieldgate statistics --as mca-county --by hardship --officer zhao.min --reason "the yearly report"`,
    none(smallest: number, by: readonly string[]) {
      const coarser = by.length > 1 ? ` Coarser: --by ${by.slice(0, -1).join(' ')}.` : '';
      const groups = by.length > 0 ? `group by ${by.join(' and ')}` : 'county';
      return `No ${groups} has ${smallest} people that can be shown without showing a smaller one.${coarser}\n`;
    },
    county: 'county',
  },
  leak: {
    file: 'found texts, one a line; "-" reads standard input',
    matches: 'lines that match',
    near: 'lines that may be meant for a person',
  },
  story: {
    ref: "the person, by this agency's own reference",
    tested: (digest: string) => `Tested: it contains nothing of the person's records. Digest ${digest}\n`,
  },
  card: {
    pending: (id: string) => `Request ${id} is pending with its owners.\n`,
    needs: `
The answer gives no reason, because that could reveal the person. Each of these must be about this very text:
  the test of the text by a department, which passed and is not too long ago
  the notices, and after them the consents, of all who must consent; they are filed at a desk
  your own statement of what was processed: fieldgate consent give --act processed
And enough people must be like this person. The departments that approved can look at what is on file.
`,
  },
};

export const intake = {
  file: 'records as a table (.csv, .xlsx), .json (a list) or .ndjson (one on each line); - reads lines from standard input',
  out: 'file (.csv, .xlsx, .ndjson) or folder for a result with a row for each record; the job then goes on where it was',
  collection: 'collection to write to',
  ifAbsent: 'create or refuse people without a record',
  dryRun: 'check everything, write nothing',
  batch: 'records in one request, 500 at most',
  template: 'write an empty table with the headings of this department (.xlsx or .csv) and end',
  templated: (path: string) => `${path} has the headings. Fill it in, then: fieldgate intake ${path}\n`,
  noFile: 'Name the file with the records, or a --template to write.',
  own: "headings of columns of one's own, which come back in the result (repeat, or separate by commas)",
  lastWins: 'store the later one of two rows that differ about one person',
  keepFlagged: 'store records whose number fails its check, too',
  help: `
A record identifies its person by "match" (id_number, or local_id, this department's own key) or by "ref":
  {"match":{"id_number":"990001201806250110"},"fields":{"school_name":{"school":"清河县第二小学","class":"三年级2班"}}}
  {"match":{"local_id":"WELFARE-8841"},"fields":{"visit_notes":null}}        null deletes a field
The columns of a table are fields (school_name), their members (school_name.class), and id_number, local_id or ref for
the person, by these names or by the words of the policy; an empty cell changes nothing. All faults of values and
numbers are told before anything is stored, and written into a copy of the table.
After an interruption the same command continues. Loading the same file again creates no duplicates.`,
  records: 'records',
  wellFormed: (n: number, failed: number) => `${n} well-formed, ${failed} not`,
  counts: (created: number, updated: number, failed: number) => `${created} created, ${updated} updated, ${failed} failed`,
  of: (n: number, done: string) => `${n} ${n === 1 ? 'record' : 'records'}: ${done}`,
  wrongKey: 'stored and flagged: check the number, since a request cannot name the person by this one',
  more: (n: number) => `… and ${n} more; --json gives all of them.\n`,
  record: 'record',
  dry: ' (dry run: nothing was written)',
  notStored: (reason: string) => `not stored: ${reason}`,
  flagged: 'stored and flagged',
  openSome: (n: number) => `, ${n} not sent yet`,
  flaggedSome: (n: number) => `, ${n} flagged`,
  untold: (n: number) => `${n} more ${n === 1 ? 'fault' : 'faults'} of this record.`,
  andMore: (n: number) => ` and ${n} more`,
};

export const posting = {
  file: 'CSV table with a head',
  headsOnly: 'send only the headings, no value',
  notCsv: (line: unknown) => `The list is no CSV table (line ${line}).`,
  noHead: 'The list has no head.',
  may: 'may be posted',
  mayNot: 'may not be posted',
  nothing: 'Nothing was found by form. A person must still read the list.',
  leaveOut: 'Leave these columns out before the list is posted.',
  column: 'column',
  found: 'found',
};

export const release = {
  purpose: 'purpose, such as S1; whoami lists those open to the agency',
  subjects: 'people as JSON, a list of {"ref"} or {"match"}; - reads standard input',
  compare: 'compare with the stored value, if the purpose answers yes or no',
  sealed: "request an answer encrypted to the agency's key",
  help: `
Command lines are visible to other users of the machine and stay in the shell's history: on a shared
machine identify people by --ref, or with --subjects from a file or standard input.

  fieldgate release --as edu-county --purpose S1 --case EDU-2026-00417 --officer zhang.wei \\
    --reason "winter subsidy, grade 5" --id-number 990001201806250110 --field name,school_name`,
  files: 'folder into which files of the answer are opened and saved',
  range: 'with --files: of each file the bytes from the first number to before the second, as 0-1048576',
  ask: 'file a request for the fields that only lack an approval; the others are released at once',
  absent: (fields: string) => `\nABSENT: ${fields}\n  Not held, or not told: the word is the same for both. The desk of the owner can say more.\n`,
  asked: (id: string, state: string, of: string, until: string) => `Request ${id}: ${state}, ${of}, until ${until}.`,
  /** What a yes-or-no question was answered. */
  answers: { YES: 'YES', NO: 'NO', NOT_CONFIRMED: 'NOT_CONFIRMED' } as Record<string, string>,
  ways: {
    NO_APPROVAL: 'With --ask it is requested.',
    PERSON_REQUIRED: 'After fieldgate login it is released.',
    COMPARE_NEEDED: 'With --compare <field=value> it is answered.',
  },
  next: (id: string) => `Once it is approved: the same command with --request ${id}\n`,
  waits: (filed: string, next: string) => `Nothing was released: the owners have to approve it first.\n\n${filed}\n${next}`,
  release: 'release',
  underPolicy: (purpose: string, version: string) => `${purpose}, policy ${version}`,
  position: (n: number, of: number) => `${n} of ${of}: `,
  refused: (mark: string, number: string, code: string, receipt: string) => `\n${mark} ${number}${code}. The audit office can explain it by the log entry.\n${receipt}\n`,
  sampleHint: '\nSome people of the sample have numbers of its day: fieldgate sample lists them.\n',
  disputed: ' (disputed)',
  duties: (names: string) => `duties  ${names} (fieldgate task list)\n`,
  noneGiven: '\nNone of the requested fields was released.\n',
};

export const file = {
  put: "upload a file, sealed on this machine, that will be the value of a field of the agency's own department",
  path: 'the file',
  field: 'the field whose value it will be',
  type: 'media type; default: by how the file begins',
  help: `
An upload that was interrupted goes on where it stopped, if the file is what it was. Then an intake names it:

  fieldgate file put --as mca-county --field adoption_info order.pdf
  {"match": {...}, "fields": {"adoption_info": {"file": "<id>"}}}`,
  none: (path: string) => `there is no file ${path}`,
  unknownType: 'the file begins as none of the known types do: name its type with --type',
  resumes: 'An upload of this file was interrupted: it goes on.\n',
  begins: 'The file is not what it was when an upload of it began: a new one begins.\n',
  parts: 'parts',
  done: (id: string, field: string) => `${id}\nAn intake within a week makes it the value of ${field}: {"file": "${id}"}\n`,
  range: 'a range is two numbers of bytes, such as 0-1048576',
  exists: (path: string) => `${path} is there already and stays as it is`,
  differs: (name: string) => `the file of ${name} is not of its type, or not the one that was uploaded; nothing was saved`,
};

export const sample = {
  story: 'show the commands of one story',
  day: 'day of the sample; default: that of .fieldgate, or today',
  people: 'size of the sample; default: that of .fieldgate, or 100',
  pack: 'the stories of another pack, by its folder',
  unknown: (names: string) => `The sample has no such story. It has: ${names}.`,
  person: (id: string) => `  person ${id}\n`,
  withoutId: 'without an ID number',
  name: 'story',
  whose: 'person',
  shows: 'fieldgate sample <story> shows the commands of one, fieldgate sample run <story> plays it.\n',
  run: 'play a story at the running gateway: its commands, with the ids of their answers, and what to look at',
  step: (at: number, of: number, line: string) => `\n── ${at} of ${of} ──  $ ${line}\n`,
  refusedBy: (code: string) => `   → refused with ${code}: /docs/problems/${code} at the gateway says what it means\n`,
  logged: (entry: string) => `   → in the log: fieldgate log entry ${entry} --as audit-office (as wang.fang)\n`,
  played: '\nPlayed. To see what the auditor sees: fieldgate login wang.fang, then fieldgate today --as audit-office\n',
  broken: (at: number, code: number) => `Step ${at} ended with ${code}: the story is stopped. Is the gateway running, and was this story played on it before?`,
  notAnswered: (name: string) => `No earlier answer has <${name}>. A story that was played before may find its matter closed.`,
  needsBash: 'A story is played by bash, which is not here.',
  badDay: 'a day such as 2026-11-26',
};

export const sidecar = {
  listen: 'address to listen on; port 0 uses a free one',
  remote: 'listen on an address that other machines can reach; needs FIELDGATE_SIDECAR_SECRET',
  stay: 'go on after the program that started it has ended',
  witness: 'also be a witness of the log, with key and journal in this folder',
  routes: (names: string) => `\nRoutes: ${names}; see docs/integrate/sidecar.md`,
  shortSecret: 'FIELDGATE_SIDECAR_SECRET needs 32 characters or more.',
  needsSecret: (host: string) => `Other machines can reach ${host}: it needs --allow-remote and FIELDGATE_SIDECAR_SECRET.`,
  unusable: (host: string, port: number) => `${host}:${port} cannot be used.`,
  on: (clientId: string, host: string, port: number) => `${clientId} on http://${host}:${port}\n`,
  badListen: 'It must have a form such as 127.0.0.1:8790.',
};

export const backup = {
  to: 'a new folder for the copy',
  from: 'folder of a backup',
  all: 'bring back the log, consents and all else, too',
  fork: 'accept that the log becomes shorter than verifiers have seen it',
  repository: 'This command runs in the repository, in the folder of npm start.',
  made: (folder: string, at: string) => `Backup of ${at} in ${folder}.\n`,
  records: (at: string) => `Records of ${at}. The next npm start repeats the erasures since then. fieldgate log verify --heads names the records that were written since then: send them again.\n`,
  everything: (at: string) => `All of ${at}, the log included. Check it: fieldgate log verify --heads.\n`,
};
