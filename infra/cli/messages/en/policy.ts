import { many } from '../../../../shared/plural.ts';

export const policy = {
  check: {
    what: 'check a pack and its compiled file; with --write, compile it',
    folder: 'folder of the YAML',
    write: 'write the compiled pack and the editor schemas',
  },
  init: {
    what: 'write a small pack with comments, which compiles at once',
    folder: 'a new folder',
    from: 'your own table: .csv, JSON Schema, OpenAPI document, or a mapping of sync; # names one schema of it',
  },
  matrix:
    'the release matrix: P plain, M masked, G generalised, B yes or no, T token, 2 second person; below it, who reaches which person by each act',
  acts: 'the table of acts: permitted callers, required people, revealed information; --json: every caller',
  retention: {
    what: 'the schedule of retention: what ends when, by field and by purpose; --markdown: as a page',
    markdown: 'as tables of Markdown',
  },
  diff: 'every cell and rule that changes from one pack to another',
  prove: {
    what: 'whether the sentences of law hold in every case, each with a counterexample if not',
    sentence: 'name of the only sentence to prove',
    head: { sentence: 'sentence', cells: 'cells', cases: 'cases' },
    holds: 'holds',
    fails: 'BROKEN',
    nothing: 'it speaks of no case',
    against: (purpose: string, role: string, what: string) => `${purpose}, ${role}: ${what}`,
    request: (name: string) =>
      `--json --sentence ${name}: the request, which \`pack explain --request\` takes`,
    noSentence: (name: string) => `The pack has no sentence ${name}.`,
    broken: (names: string) =>
      `The pack breaks sentences of law: ${names}. \`fieldgate pack prove\` shows the cases.`,
  },
  explain: {
    what: 'the result for one caller, purpose and subject, with the reasons',
    purpose: 'code of the purpose',
    request: 'JSON file with a whole request, as `pack prove --json` gives it',
    role: 'role of the caller (repeat for several)',
    area: 'area of the caller',
    institution: "the caller's institution, as records name it",
    division: 'county of the subject; default: the first area of the caller',
    fact: 'a fact about the subject, value in JSON or plain text',
    consent: 'a consent for this caller and purpose: guardian=given, guardian:mother=given',
    attested: 'imminent danger is attested',
    at: 'decide as of this day',
    basis: 'the lawful basis that the request names',
  },
  rule: {
    what: 'one rule that an answer names, with its article of law',
    rule: 'id of the rule, such as A8.1',
  },
  publish: {
    what: 'put a pack in force (two stewards publish the same)',
    officer: 'publishing officer',
    owners:
      "templates as departments have deployed them, <department>.json each: says what their keys do not allow yet; default: the local gateway's",
  },
};

export const init = {
  exists: (folder: string) => `${folder} exists already`,
  kinds: { field: 'field', level: 'level', class: 'class', why: 'because' },
  made: (folder: string) =>
    `${folder} holds a pack. Read it from pack.yaml on, then:\n  npx fieldgate pack check ${folder} --write\n  PACK=${folder} npm start\n`,
};

export const files = {
  notCompiled: 'none yet: `--write` makes it',
  same: 'is this version',
  other: 'is another version: run with --write',
  compiled: 'compiled file',
  sentences: 'sentences of law',
  proved: (hold: string, broken: string) =>
    broken === '' ? `${hold} proved, all hold` : `BROKEN: ${broken}; ${hold} hold`,
  said: (what: string) => `${what}, says the compiled file (\`pack prove\` looks again)`,
  unproved: 'not proved for this version: `--write` proves them, `pack prove` shows each',
  ends: 'ends',
  ending: (name: string, until: string) => `${name}: last day ${until}`,
  head: {
    act: 'act',
    who: 'who',
    person: 'person',
    second: 'second',
    reveals: 'reveals',
    limits: 'limits',
    own: 'about its own people alone',
    any: 'about others of its area too',
  },
  acts: (table: string, hash: string) => `${table}\nhash of the table  ${hash}\n`,
  waits: (hours: number, except: string) => `then waits ${hours} h${except}`,
  except: (names: string) => ` (not ${names})`,
  holder: (days: number) => `holder for ${many(days, 'day')}`,
  within: (days: number) => `within ${many(days, 'day')}`,
  any: 'any',
  fresh: {
    always: 'lately',
    oversight: 'lately if it may oversee',
    restricted: 'lately for restricted classes',
  },
  persons: { none: '', claimed: 'named', authenticated: 'signed in' },
  seconds: { 'other-person': 'another person', 'other-line': 'a person of another line' },
  as: (roles: string) => `as ${roles}`,
  of: (departments: string) => `of ${departments}`,
  forPurposes: (purposes: string) => `for ${purposes}`,
  aboutThings: (what: string) => `about ${what}`,
  if: (needs: string) => `if ${needs}`,
  and: ' and ',
  erased: 'erased',
  recipientDeletes: 'the recipient deletes',
  task: 'task',
  noChange: 'Nothing changes.\n',
  before: 'before',
  after: 'after',
  deployFirst: 'deploy first',
  nameFolder: 'Name the folder of a pack; fieldgate pack init makes one.',
  noPack: (path: string) => `there is no pack at ${path}`,
  faults: (list: string) => `the pack has faults:\n${list}`,
};

export const rule = {
  noRule: (name: string) => `the pack has no rule ${name}`,
  rule: 'rule',
  article: 'article',
  law: 'law',
  wording: 'the words of the law',
  paraphrase: 'a paraphrase by the authors of the pack',
};

export const explain = {
  noPurpose: 'name a purpose, or a whole request with --request',
  noRequest: (path: string) => `${path} holds no whole request`,
  badAt: '--at takes a day such as 2026-03-01',
  holds: 'holds',
  fails: 'fails',
  verdict: 'verdict',
  released: 'released',
  why: 'why',
  noField: (field: string) => `the pack has no field ${field}`,
  notPair: (text: string) => `"${text}" is not name=value`,
};

/** `fieldgate owner`. */
export const owner = {
  group: 'keys that a department has in an account of its own',
  template: 'print what the department deploys there: a template of CloudFormation (needs no token)',
  check: 'what a pack opens and the deployed template does not allow yet (needs no token)',
  department: 'code of the department, such as HEALTH',
  gateway: "the gateway's account",
  environment: 'of the gateway; prod unless it is given',
  organisation: 'the organisation of AWS to which callers must belong',
  multiRegion: 'keys that may be replicated to a second region',
  deployed: 'the template as the department has deployed it',
  badAccount: '--gateway: an account is 12 digits.',
  noDepartment: (code: string) => `"${code}" is no department with fields.`,
  noTemplate: (file: string) => `${file} is no template.`,
  allows: (code: string) => `The keys of ${code} allow all that the pack opens.\n`,
  lacks: 'These keys do not allow this yet. It stays closed until the department deploys the new template:',
  after: 'A department with keys of its own deploys the new template first. Until then this stays closed:',
  noFolder: (folder: string) => `${folder} is no folder.`,
  noneDeployed: 'No deployed template of a department is there.\n',
};
