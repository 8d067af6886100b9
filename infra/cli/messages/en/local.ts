import { LANGUAGE_TAGS } from '../../../../shared/languages.ts';
import { many } from '../../../../shared/plural.ts';
/** What `npm start` says. */
export const start = {
  people: '--people takes a whole number from 0 to 1000000',
  port: 'PORT takes a port number from 0 to 65535',
  factors: 'FACTORS takes always or recent',
  channels: (file: string, place: string) => `${file} names no channels; the first fault is in ${place}`,
  authorization: 'AUTHORIZATION takes token or iam',
  signed: (url: string, folder: string, command: string) =>
    `Fieldgate runs on ${url} and takes only requests that an office's role has signed (SigV4, any region).
Credentials of each office until the next start: ${folder}. Sample data comes from a start without AUTHORIZATION. The console, in another terminal:

  ${command}`,
  usage: `usage: npm start -- [--fresh] [--faults] [--recover] [--people N] [--lang ${LANGUAGE_TAGS.join('|')}], with PORT, PACK, FACTORS, CHANNELS and AUTHORIZATION in the environment`,
  unexpected: (name: string, at: string) => `failed unexpectedly: ${name} ${at}`,
  noPerson: (name: string) => `no sample person ${name}`,
  notLoaded: (why: string) => `the sample data could not be loaded (${why}); start again to resume`,
  repeats: (why: string) => `a request of the sample data was refused (${why}); it is repeated`,
  parts: { records: 'records', consents: 'consents', cases: 'cases', requests: 'requests' },
  loading: 'Loading sample data [{bar}] {value} of {total} records, {clientId}',
  portInUse: (port: number) => `port ${port} is in use; choose another, as in PORT=8788 npm start`,
  portUnusable: (port: number, code: string | undefined) => `port ${port} cannot be used (${code})`,
  unreadable: (path: string, code: string | undefined) => `cannot read ${path} (${code})`,
  noFolder: (path: string, code: string | undefined) => `cannot make the folder ${path} (${code}); is a file in its place?`,
  damaged: (path: string) => `${path} is damaged; bring back a backup by npx fieldgate restore, or start from scratch by npm start -- --fresh`,
  missing: (path: string) => `${path} is missing, and the rest of the state is there; bring back a backup by npx fieldgate restore, or start from scratch by npm start -- --fresh`,
  standsStill: (folder: string, reason: string) => `${folder} does not grow (${reason}): entries are kept, and follow once it can be written`,
  growsAgain: (folder: string) => `${folder} grows again`,
  remade: (folder: string, size: number) => `${folder}: its table was made again from the signed tree of size ${size} and the entries that wait`,
  inUse: (folder: string) => `${folder} is in use by another gateway; stop that one first`,
  unopened: (folder: string, failure: string | number) => `cannot open the files in ${folder} (${failure})`,
  otherPack: (folder: string) => `${folder} holds records of another pack; start with --fresh, or in another folder`,
  otherVersion: (folder: string, layout: number, own: number) =>
    layout > own
      ? `${folder} was made by a newer version (layout ${layout}; this one writes ${own}): start that version, or name another folder`
      : `${folder} was made by an earlier version (layout ${layout}; this one writes ${own}), whose log can't go on: start that version to read it, or start once with --fresh, which removes it`,
};

/** The commands that it suggests. */
export const tryThis = {
  runs: (url: string, people: number) => `Fieldgate runs on ${url} with ${people} sample people. In another terminal:`,
  reason: 'winter subsidy, grade 5',
  login: 'Sign in as an officer; no password, because all people here are made up:',
  release: 'The fields that school support may see about a person, masked or generalised where required:',
  withheld: 'A field outside the purpose is withheld with its rule:',
  prohibited: 'A prohibited purpose is refused and raises an alert. A second one within a day suspends the agency:',
  suspended: 'Two stewards lift the suspension, as this story does:',
  requests: 'Requests of other departments that civil affairs must answer:',
  log: 'Which office requested what, and why:',
  verify: 'Whether a person is eligible for a charity’s programme, with a proof instead of details:',
  verifyReason: 'school grant, spring term',
  attest: 'A check of that proof, which anyone can make:',
  lines: {
    console: 'Console',
    api: 'API',
    people: 'People',
    stories: 'Stories',
    witnesses: 'Witnesses',
    keys: 'Keys of agencies',
    owners: 'Own accounts',
    faults: 'Faults',
    stop: 'Stop',
  },
  api: (url: string) => `${url}/docs, and ${url}/openapi.json for machines`,
  somePeople: (names: string, all: number) => `npx fieldgate login <name>: ${names}; the page of the login lists all ${all}`,
  witnesses: (policy: string) => `npx fieldgate log verify --policy ${policy}`,
  owners: (folders: string) => `${folders}: what these departments deployed, what they hold, and their trails`,
  people: (names: string) => `npx fieldgate login <name>, one of: ${names}`,
  keys: (folder: string) => `${folder}/<client id>.json`,
  stop: 'Ctrl-C; the state stays. Start from scratch with: npm start -- --fresh',
};

/** Roles of sample people. */
/** What people of the sample may do, and the roles of its packs. */
export const roles: Record<string, string> = {
  audit: 'auditor',
  casework: 'clerk',
  steward: 'policy steward',
};

/** The stories of the sample by name; one that is missing here is told as the sample tells it. */
export const stories: Record<string, string> = {};

export const backup = {
  inUse: (folder: string) => `${folder} is in use by a gateway; stop it first`,
  longerLog: (folder: string) => `the backup has a longer log than ${folder}; restore it with --all`,
  fork: (here: number, there: number) => `the log has ${many(here, 'entry', 'entries')} and the backup ${there}: verifiers would see a fork; add --fork-log if the rest is lost`,
  badLog: (folder: string, fault: string) => `the log in ${folder} does not verify (${fault}); use another backup`,
  exists: (folder: string) => `${folder} exists already; name a new folder`,
  unwritable: (folder: string, code: string | undefined) => `the backup cannot be written to ${folder} (${code ?? 'unexpected'})`,
  noBackup: (folder: string, file: string) => `${folder} is no backup: it has no ${file}`,
  differs: (path: string) => `${path} differs from what was backed up; use another backup`,
  nothing: (folder: string) => `${folder} is damaged or missing; there is nothing to back up`,
  failed: 'the backup failed',
  noAnswer: (folder: string) => `the gateway of ${folder} does not answer; stop it and try again`,
};

/** What a start with another pack says. */
export const pack = {
  none: (folder: string) => `PACK names ${folder}, which does not exist`,
  faults: (folder: string, faults: string) => `the pack in ${folder} has faults:\n${faults}`,
  badLine: (file: string, line: number) => `${file}: line ${line} is not JSON`,
  badRecord: (file: string, record: number, code: string) => `${file}: record ${record} was refused (${code})`,
  runs: (url: string, folder: string, records: string) => `Fieldgate runs on ${url} with the pack of ${folder}, ${records}. In another terminal:`,
  records: (count: number) => `with ${many(count, 'record')} of its sample`,
  noRecords: 'with no records: the pack has no `sample` folder with records',
  catalogue: 'What an office may ask for and store:',
  office: '<office>',
  store: 'Check records before they are stored, and then without --dry-run store them:',
  stories: (count: number) => `What else its sample shows (${count}):`,
  matrix: 'The release matrix of the pack:',
  offices: 'Offices',
  noOffices: (file: string) => `none: write ${file} (docs/policy.md), or register them`,
};
