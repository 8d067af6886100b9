import { many } from '../../../../shared/plural.ts';

export const alerts = {
  what: 'show alerts, newest first; repeated ones as one with a count',
  severity: 'low, medium or high',
  open: 'only alerts that were not acknowledged',
  ack: 'acknowledge this alert, by its entry (may be repeated)',
  note: 'a sentence with the acknowledgement',
  noteOfAck: '--note belongs to --ack.',
  ackAlone: '--ack names the alerts; filters belong to the list.',
  acknowledged: (n: number) => `${n} acknowledged.\n`,
  noRecusals: 'No office has registered a number.\n',
  allDelivered: 'Every message was delivered, or none was sent.\n',
  decoy: {
    what: 'mark a person who does not exist: any request about it raises an alert',
    entry: 'the entry of its intake; default: show the marked people',
    nameEntry: 'To mark a person, name the entry of its intake; the list takes no officer and no reason.',
    why: 'why',
    marked: 'Marked. Any request about it raises an alert from now on.\n',
    none: 'No decoys.\n',
  },
  none: 'No alerts.\n',
  next: '\nfieldgate log entry <entry> shows one whole. What each asks for: docs/operate/alerts.md.\n',
};

export const files = {
  status: (n: number) => `The log answered ${n}`,
  badKey: '--key takes a key such as name+1a2b3c4d+AQ…, or a file that contains one.',
  badSm2Key: (path: string) => `${path} contains no public key of SM2 (PEM, or base64 as KMS gives it).`,
  damaged: (file: string) => `${file} is damaged: it is not a checkpoint of this log.`,
  changed: (file: string) => `${file} was changed, or is not of this user, so nothing in it counts. Verify every entry again: fieldgate log verify --from-start.`,
  notJson: (path: string, line: number) => `${path}: line ${line} is not JSON.`,
};

export const today = {
  noCheck: 'do not check the complete log',
  state: 'folder that remembers the last verified checkpoint',
  help: `
The exit code is 1 if an alert of severity high is open, a time was missed, the log does not verify, or its witnesses lag.
  0 7 * * 1-5  fieldgate today --as audit-office || …`,
  since: (from: string) => `since ${from}`,
  /** Kinds of entries with a number before them, where it is not the name of the kind. */
  counted: {
    ...{ YES: 'eligible', NOT_CONFIRMED: 'not confirmed', prohibited: 'prohibited', denial: 'refused' },
    ...{ intake: 'of intake', consent: 'of consents', request: 'of requests', approval: 'of approvals' },
    ...{
      reading: 'of readings',
      alert: 'of alerts',
      review: 'of reviews',
      task: 'of tasks',
      case: 'of cases',
    },
    ...{ objection: 'of objections', freeze: 'of freezes', incident: 'of incidents', agency: 'of rights' },
  } as Record<string, string>,
  newOffices: (names: string, days: number) => `first time in ${many(days, 'day')}: ${names}`,
  alerts: (n: number) => (n === 0 ? 'no open alerts' : `open alerts: ${n}`),
  overdue: (n: number) => (n === 0 ? 'nothing overdue' : `overdue: ${n}`),
  rights: (n: number) => (n === 0 ? 'no rights changed' : `rights, rules and freezes: ${many(n, 'change')}`),
  unusual: (n: number, open: number, since: string) => `${n === 0 ? 'nothing unusual' : `unusual: ${many(n, 'group')}`}; ${many(open, 'entry', 'entries')} to review${since}`,
  countedSince: (when: string) => `, counted since ${when}`,
  more: (n: number, command: string) => `  and ${n} more: ${command}\n`,
  read: (n: number) => `${many(n, 'entry', 'entries')} of the log read now: each in the tree, chained and signed.`,
  readBefore: (before: number, sampled: number, at: string) => ` Of the ${before} before, ${sampled} were read again; all of them were on ${at}.`,
  broken: (fault: string, at: string) => `The log does not verify. ${fault}: ${at}`,
};

export const exports = {
  unwritable: (code: string) => `The lines cannot be written (${code}). The same command goes on from the last ones that were.`,
  what: 'write the log as lines, oldest first, each entry once, for a SIEM',
  format: 'ndjson: entries as an auditor sees them; ocsf: events of OCSF 1.4.0',
  from: 'start, with --since that of the first run: 2026-11-25, or 30m, 12h, 7d ago',
  since: 'file that remembers where the last run ended; this run goes on from there',
  out: 'file to which lines are added; - is standard output',
  follow: 'go on, and write new entries as they come',
  done: (n: number) => `${n} ${n === 1 ? 'entry' : 'entries'} written.\n`,
  badPlace: (file: string) => `${file} is not a file that an earlier run wrote.`,
  help: `
Each run is a reading, which is an entry of the log itself.
  fieldgate log export --as audit-office --format ocsf --since siem.place --out events.ndjson --follow`,
};

export const known = {
  none: (option: string, value: string, nearest: string | null, all: readonly string[]) => `${option}: there is no ${value}${nearest === null ? '' : `; the nearest is ${nearest}`}.${all.length === 0 ? '' : ` One of ${all.join(', ')}.`}`,
};

export const list = {
  what: 'list entries, newest first (the default)',
  help: `
The filters of the list, and the entries about one person:
  fieldgate log list --as audit-office --agency edu-county --purpose S1 --from 7d
  fieldgate log list --as audit-office --match <field=value> --reason "a complaint"`,
  all: 'also attempts that a decision completed, starts of writers, looks of the watch that found nothing, and each of several readings, intakes or acts of maintenance in a row',
  badSpan: '--from must be before --to.',
  sameAs: 'about the same person as this entry',
  reason: 'why this person is looked up (with --match; the look-up is an entry of its own)',
  noPerson: 'This entry names no person.',
  officer: 'which officer',
  neverSeen: (nearest: string | null) => `No entry of that time has an officer of that name${nearest === null ? '' : `; the nearest is ${nearest}`}.\n`,
  reviewed: 'only with a verdict of an auditor, or only without one',
  entry: 'show one complete entry',
  watch: 'go on, and show what is new, oldest first',
  page: 'in the console',
};

export const code = {
  what: 'show which code ran when: deployments, and the package that each writer names (needs no token)',
  releaseKey: 'the key of releases, from a source that you trust: what it did not sign is refused',
  badKey: 'The key of releases is not in vkey form.',
  none: 'The log has no deployment.\n',
  deployed: ['time', 'function', 'version', 'archive', 'configuration', 'release'],
  wrote: ['writer', 'package', 'release', 'from', 'until', 'keys'],
  unasked: '\nNo key of releases was given, so releases are what the gateway says.\n',
};

export const prove = {
  by: 'written by',
  code: {
    signed: (name: string, build: string, release: string) => `release ${release}, code ${build} (function ${name}); that this code ran is the function's own word`,
    unsigned: (name: string, build: string) => `code ${build} (function ${name}), which the key of releases did not sign`,
    unchecked: (name: string, build: string) => `code ${build} (function ${name}), by its own word: the release can't be checked here`,
  },
  builds: "with --release-key: the file of signed builds, if it is not the gateway's",
  needsReleaseKey: 'Signed builds are checked by a key that you trust: --release-key.',
  what: 'check that the log contains the entry of a receipt',
  file: 'a receipt, or an answer with receipts, as JSON; - reads standard input',
  key: "the log's key, from a source that you trust",
  purpose: 'purpose of the token, for an agency whose tokens need one',
  open: 'also show what the entry says of the request, for receipts of this agency',
  save: 'with a policy: keep the proof in this file (C2SP tlog-proof)',
  proof: 'with a policy: check this file instead, without a network',
  needsPolicy: 'A proof in a file is under witnesses: --policy names those whom you trust.',
  oneReceipt: 'A file has the proof of one receipt.',
  national: 'also demand its digest by SM3, in a tree that this key of SM2 signed (a file)',
  nationalAtGateway: 'A proof in a file has nothing of SM3: give --national without --proof.',
  otherProof: 'The file is no proof of this receipt in this log',
  noReceipt: (file: string) => `${file} contains no receipt.`,
  place: (index: number, size: number) => `entry ${index} of ${size}`,
  notYet: 'stored and signed, but not yet in the tree',
  receipt: 'receipt',
  inLog: 'in the log',
  written: 'written',
  evidence: {
    what: "check the office's signature of the request of an entry",
    valid: (key: string | undefined) => `The request was signed by key ${key}, and the signature is valid.`,
    broken: 'The evidence of the entry is not a signature of this office for this request.',
    none: 'The request was not signed.',
    forgotten: 'The request was signed; its evidence was erased.',
    officer: (name: string) => `officer ${name} (as claimed by the office)\n`,
    person: (name: string) => `officer ${name} (who had logged in)\n`,
  },
  contains: (mark: string, isIn: boolean, rows: string) => `${mark} ${isIn ? 'The log contains it.' : 'It is signed, and the log does not contain it yet: ask again in a minute.'}\n${rows}`,
};

export const reconcile = {
  what: 'compare the record of KMS with the log; a mismatch becomes an alert',
  trail: 'CloudTrail records: a folder or file, JSON lines or {"Records": […]}, also .gz',
  from: 'not before',
  to: 'end, a day included; default: a minute ago',
  role: 'only this role of those that may unwrap data keys; may be repeated',
  spans: 'spans of time',
  matched: (n: number, rest: string, period: string) => `${period}: of the record that was given, ${many(n, 'unwrap matches its entry', 'unwraps match an entry each')}${rest}.\n`,
  aborted: (n: number) => `, ${n} were abandoned before a release`,
  repeated: (n: number) => `, ${n} repeat one whose answer was lost`,
  atIn: (zone: string) => `at (${zone})`,
  finding: 'finding',
  dataKey: 'data key',
  event: 'entry or event',
  principal: 'principal',
  failed: (from: string, to: string) => `not compared: ${from} to ${to}; repeat it with --from and --to.`,
  badFile: (file: string) => `${file} is damaged, or contains something that is not JSON.`,
  newAlerts: (n: number) => `, ${many(n, 'new alert')}`,
  mismatches: (head: string, mark: string, n: number, alerts: string, rows: string) => `${head}${mark} ${many(n, 'mismatch', 'mismatches')}${alerts}\n${rows}`,
};

export const relay = {
  port: 'port on localhost; issuers of people know 8791',
  badPort: '--port: a number from 1 to 65535',
  noOffice: '--iam needs --as with the office whose role signs.',
  unusable: (port: number) => `localhost:${port} cannot be used; it may be taken.`,
  notBuilt: 'The pages were not built; npm start builds them, or: node infra/package/console.ts',
  on: (url: string, gateway: string, digest: string) => `Console    ${url}\nGateway    ${gateway}\nDigest     ${digest}, of the pages in this package\nStop       Ctrl-C\n`,
};

export const stats = {
  what: 'count entries by purpose, agency, officer, field, outcome, kind, flow or person',
  by: 'what is counted; fields and people as they were released, unless --kind or --outcome names others',
  bucket: 'the span of one count',
  fromIn: (zone: string) => `from (${zone})`,
  share: 'share',
  others: (n: number) => many(n, 'other', 'others'),
};

export const usage = {
  check: 'compare each with its leaf, and prove that the log contains the leaf',
  checked: (n: number, inTree: number) => `\n${n} match their leaves; the log contains ${inTree} of them.\n`,
  entry: {
    what: 'show one use with the person it was about, checked against the log; it is an entry of the log',
    id: 'as in the list',
    out: 'also keep it in a file, with its proof',
    untold: 'not told',
  },
};

export const verify = {
  what: 'check the complete log: tree, chains, certificates, signatures (needs no token)',
  dir: 'the files of the log, such as a mirror; default: the gateway',
  heads: 'also compare the records with the writes in the log as an auditor opens them: from an export of the keys table, or from the gateway',
  open: 'also open the entries, with the rights of the auditor of --as or of the login',
  state: 'folder that remembers where the last verification ended',
  fromStart: 'read all entries again, also those that were verified earlier',
  national: 'demand the national profile: a tree by SM3, signed by this key of SM2 (a file); reads all entries',
  faults: {
    CHECKPOINT: 'The checkpoint is missing, or not signed by this key',
    WRITER_KEY: 'The log names no key that certifies writers',
    FORK: 'The log does not continue the checkpoint verified earlier: it was rewritten',
    BUNDLE: 'Entries are missing or damaged',
    TILE: 'The tree does not match the entries; first bad entry or tile',
    ROOT: 'The entries do not match the signed root',
    CHAIN: 'The chain of a writer is broken; first bad entry',
    SIGNATURE: 'Not signed by its writer',
    COUNT: 'Counts are missing, or do not match the tree',
    RECEIPT: 'The receipt has no digest by SM3, or not that of the entry',
    SM3: 'The checkpoint has no root of SM3, or the entries do not match it',
    SM2: 'Not signed by this key of SM2',
  },
  dirNeedsKey: "--dir needs --key: the log's key, from a source that you trust.",
  noLog: 'This address has no log.',
  keyFromGateway: (mark: string) => `${mark} The key comes from the gateway itself. Keep it, and pass it with --key from now on.\n`,
  log: 'log',
  key: 'key',
  leaves: 'leaves',
  entriesRead: 'read now',
  writers: 'writers',
  root: 'root',
  nationalRoot: 'SM3 root',
  signedBySm2: (root: string) => `${root}, signed by this key of SM2`,
  continues: 'continues',
  noEarlier: 'no earlier checkpoint',
  earlier: (n: number) => `the log of ${many(n, 'entry', 'entries')}`,
  readAgain: (n: number) => `${many(n, 'entry', 'entries')}`,
  readSince: (n: number, before: number, sampled: number, at: string) => `${many(n, 'entry', 'entries')}; of the ${before} before, ${sampled} by chance, and all on ${at}, see --from-start`,
  rate: 'entries/s',
  rates: (tree: number | null, chains: number | null) => `tree ${tree}, chains and signatures ${chains}`,
  opened: 'opened',
  openedCount: (whole: number, erased: number, closed: number) => `${many(whole, 'entry', 'entries')}, ${erased} without the person; ${closed} were not opened`,
  noneOpened: 'no entry, see --open',
  headsOf: 'heads',
  compared: (n: number, bad: number) => `${n} compared, ${bad} differ`,
  notCompared: 'not compared, see --heads',
  filed: 'casework',
  comparedFiled: (n: number, lost: number) => `${n} compared, ${lost} lost`,
  lostFiled: (mark: string, one: string) => `${mark} no document says any more what this entry says: ${one}\n`,
  unfinishedFiled: (mark: string, one: string) => `${mark} ${one}: it was logged and not completed; its office repeats it\n`,
  badLeaf: (mark: string, id: string) => `${mark} differs from its leaf's commitment: ${id}\n`,
  closedLeaf: (mark: string, id: string) => `${mark} is in the tree, and the gateway does not show it: ${id}\n`,
  unfinishedHead: (mark: string, one: string) => `${mark} ${one}: its last write was logged and not completed; send the record again\n`,
  badHead: (mark: string, one: string) => `${mark} head differs: ${one}\n`,
  good: (mark: string) => `${mark} Every entry that was read now is in the tree, chained, and signed by a writer that the log certifies.\n`,
};

export const where = {
  noGateway: 'Name the gateway: --url <address>, --as or --agency-file of an agency, or fieldgate login.',
};

export const entries = {
  none: 'No entries. The default is the last 31 days: --from goes further back.\n',
  more: '\nThere are more: --limit shows more, filters fewer.\n',
  noUsage: "This department's fields had no recipient in the last 31 days. --from goes further back.\n",
  moreUsage: '\nThere are more: --limit shows more, --from and --to fewer.\n',
  canonical: '\nThe canonical bytes that were hashed are in --json, as "canonical" (base64).\n',
};
