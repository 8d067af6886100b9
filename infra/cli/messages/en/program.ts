export const commands = {
  completion: 'print a script with which your shell completes commands and options',
  build: 'build a release again from its source, and compare it with what was signed',
  case: 'open, confirm, assign, close and show cases',
  context: 'list who is logged in here and which offices have keys, and choose whose login comes first',
  console:
    'serve the console from this machine, so that its pages do not come from the gateway that they check',
  consent: 'file, show, confirm and withdraw consents',
  file: 'upload a file that will be the value of a field',
  freeze: 'freeze a person, an agency, an officer, a purpose or a class at once',
  unfreeze: 'lift a freeze, as the first or the second of two people',
  'harm-report': 'report harm to a person, and open such reports',
  hold: 'order that a record is kept, as the first of two people of a body that may order it',
  'hold-confirm': 'put a hold in force, as the second person of the office',
  unhold: 'lift a hold, as the first or the second of two people',
  incident: 'act on a suspected leak',
  notice: 'show what a person or representative learns about a purpose, with the hash that a consent names',
  objection: "object to a field on a person's behalf, request other rights, report errors, and answer",
  request: 'request fields that need an approval, and answer such requests',
  second: 'what waits for a second person, with the command of each',
  task: "show the agency's tasks, and close finished ones",
  'purpose-met': 'declare that a purpose is met before its time: opens the task to delete what was received',
  agency: 'make keys, rotate them, and keep the register of agencies',
  'end-help': 'end the help for a person (two people of the office), or take it up again',
  erase: 'erase a person (two people of two lines request it, then it waits)',
  move: 'give a record to another county (an office of each)',
  merge: 'join a double to another record (two people of two lines request it, then it waits)',
  keys: 'maintain keys (for stewards)',
  jobs: 'show the progress of a maintenance job (for stewards)',
  login: 'log in as a person, in the browser; at a local gateway also by the name of a sample person',
  logout: 'delete the login of this folder, or else of the user',
  witness: 'cosign the log of a gateway, so that it can show no second history',
  doctor: 'look at each step between this machine and the gateway, and say what to do',
  whoami: "show the agency's registration: areas, purposes, keys, and the rest of its limits",
  log: 'read the decryption log, newest first (for auditors)',
  today: 'what happened since yesterday and what waits for a person, on one screen (for auditors)',
  usage: "show the recipients of the department's fields, newest first",
  attest: 'check proofs of eligibility',
  verify: 'check whether a person is eligible for a programme, and get a proof',
  programmes: 'list the programmes that this agency may check',
  'check-code': 'make the one-time code with which a representative lets a help platform check a person once',
  owner: 'keys that a department has in an account of its own: its template, and what it does not allow yet',
  pack: 'check, compare and explain the rules offline, and publish them',
  report: 'reports for the yearly audit, made of counts alone',
  fields: 'show the form of each field, with examples and allowed values',
  types: 'write TypeScript types of the fields',
  catalogue: 'show the purposes that are open to the agency, with the form of each field',
  inquiry: 'the data held about a person and its recipients, for the person or representative at a desk',
  'inquiry-second':
    'the word of a second clerk that the inquirer stands at the desk: a ticket, good once and for half an hour',
  statistics: "count people by the policy's dimensions",
  'leak-check': 'check whether found texts are of people on record',
  'story-text': "compare a text for a story card with the person's records (the person's department)",
  'story-card': 'request a card about a person, for publication',
  intake: "store records in the sheets of the agency's own department",
  sources: 'databases that keep fields up to date, each with its last run',
  sync: "keep the gateway's fields equal to a department's own database, from changes alone",
  'list-check': 'show which columns of a list may not be posted, by the form of the list alone',
  'release-second':
    'the word of a second officer for one emergency of a colleague: a ticket, good once and for ten minutes',
  release: 'request the fields that a purpose allows about named people',
  backup: 'copy the state of the local gateway of this folder, also while it runs',
  restore: 'bring a backup back into this folder, whose gateway is stopped',
  sample: 'list the stories of the sample data by name, with the numbers of its people',
  sidecar: 'serve plain JSON on this machine; tokens, proofs, seals and receipts are handled inside',
};

export const program = {
  what: 'Stores records in a Fieldgate gateway, requests fields, and reads the decryption log.',
  version: 'show the version',
  as: 'act as this agency, with its keys in .fieldgate/agencies here, or in fieldgate/agencies of your configuration folder',
  agencyFile: 'act as the agency whose keys are in this file',
  url: 'the gateway, if it is not the one in the key file',
  clientCert: 'the client certificate (PEM) for a gateway that demands one',
  clientKey: 'its private key (PEM), if it is not in the same file',
  json: 'write one JSON object: {"data": …}, or {"error": …} to standard error',
  lang: 'language of texts; default: FIELDGATE_LANG, then the locale',
  utc: "show times in UTC instead of the policy's zone",
  noCommand: 'Name a command; fieldgate help lists them.',
  helpCommand: 'show help for a command',
  help: 'show help for the command',
  noSuchOption: (names: readonly string[], help: string) =>
    `${names.join(', ')}: no option of this command, and no key by which people are found (${help} shows the options)`,
  usageHint: (help: string) => `(${help} shows the usage)`,
  after: `
Examples:
  fieldgate whoami --as edu-county
  fieldgate release --as edu-county --purpose S1 --officer zhang.wei --reason "winter subsidy" --ref <ref>
  fieldgate log --as audit-office --from 1h
  fieldgate usage --as health-hospital

Exit codes:
  0  done; for verify also if eligibility is not confirmed, for request submit once it is filed
  1  the gateway refused or failed, completely or for some of the records or people
  2  the command was used wrongly: an option, a file, a key
  3  the gateway cannot be reached
  4  not done yet: it waits for an approval, a second person or a new day, and nothing is lost
  5  a release was sent and its answer was lost: check the log before repeating it`,
};
