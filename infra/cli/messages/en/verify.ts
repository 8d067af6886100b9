export const list = {
  what: "check every person of a list, such as a programme's beneficiaries once a year",
  file: 'a table (.csv with a column id_number or ref), a JSON list, or one JSON object on each line',
  atOnce: 'concurrent checks',
  wait: "wait for the next day if the day's budget is spent, instead of stopping",
  help: `
The folder of --out keeps the answers: journal.ndjson has one line for each row, proofs/ the proof of each yes.
The same command continues after any interruption, and checks no person twice.

  fieldgate verify list beneficiaries.csv --as charity-sunrise --programme spring-bud --case CHA-2026-001 \\
    --officer shen.yi --reason "yearly re-check" --out recheck-2026`,
  needsOut: 'Name the folder for the answers: --out <folder>.',
  waits: (when: string) => `The day's budget is spent; continuing at ${when}. You can stop it at any time.\n`,
  kept: (done: number, total: number) => `${done} of ${total} are done and kept.`,
  keptWaits: (head: string, when: string) =>
    `${head} The day's budget is spent: run the same command again after ${when}, or with --wait.\n`,
  keptAgain: (head: string) => `${head} Run the same command again: it continues from there.\n`,
  checked: (mark: string, n: number, rows: string) => `${mark} ${n} people checked\n${rows}`,
  eligible: 'eligible',
  withProofs: (n: number, out: string) => `${n}, with a proof each in ${out}/proofs`,
  notConfirmed: 'not confirmed',
  malformed: 'rejected, malformed',
  again: 'named again',
  againOnce: (n: number) => `${n}, checked once`,
  rows: (n: number, numbers: string, more: string) => `${n}: row${n > 1 ? 's' : ''} ${numbers}${more}`,
};

export const journal = {
  otherJob: (folder: string) =>
    `${folder} belongs to the job of another list, programme or agency; choose another --out.`,
  changed: 'Another process changed the journal of the job.',
  running: 'This job is already running, in another process.',
};

export const subjects = {
  empty: (path: string) => `${path} names no person.`,
  theList: 'The list',
  line: (n: number) => `Line ${n}`,
  notJson: (what: string) => `${what} is not valid JSON.`,
  namesNone: (row: number, keys: string) =>
    `Line ${row} names no person: it needs "match", or one of ${keys}.`,
  noColumn: (keys: string) => `The first line must name one of these columns: ${keys}.`,
  notCsv: (line: unknown) => `Line ${line} is not a line of a CSV table.`,
};

export const attest = {
  page: {
    what: 'write the page that checks proofs of one gateway: one file for any browser',
    issuer: 'the gateway; default: the one of --url or of the key file',
    out: 'such as check.html',
    done: (file: string, issuer: string) => `${file} checks proofs of ${issuer}.\n`,
  },
  verify: {
    what: 'check a proof: its issuer, its content, its validity',
    file: 'the proof, or an answer that contains it; - reads standard input',
    issuer: 'the gateway that must have issued it; default: the one of --url or of the key file',
    programme: 'the programme that it must be for',
    keys: "the issuer's metadata from earlier, for a check without network",
    statusList: 'the status list token from earlier',
    noStatus: 'omit the check for a revocation',
  },
  badIssuer: 'The issuer must be an address such as https://gateway.example.',
  noProof: 'The file contains no proof.',
  noKeys: (issuer: string) => `The issuer ${issuer} gave no keys or no status.`,
  invalid: (mark: string, fault: string, meaning: string) => `${mark} Not valid: ${fault}. ${meaning}\n`,
  issuedBy: 'issued by',
  issued: 'issued',
  notShown: 'not shown',
  pseudonym: 'pseudonym',
  notRevoked: 'not revoked',
  notChecked: 'not checked',
  asOf: (when: string) => `as of ${when}`,
};

export const verify = {
  programme: 'programme, such as spring-bud; fieldgate programmes lists them',
  case: 'project or case of the request',
  code: 'the one-time code that a guardian got at the desk',
  out: 'file for the proof; for a list, folder for all answers',
  help: `
NOT_CONFIRMED has no reason: not eligible, unknown, no consent, or not allowed to check.

  fieldgate verify --as charity-sunrise --programme spring-bud --case CHA-2026-001 --officer shen.yi \\
    --reason "school grant, spring term" --id-number 990001201806250110 --out proof.txt
  fieldgate attest verify proof.txt --as charity-sunrise`,
  nameOne:
    'Name one person, by --ref, --local-id or --match with an identifying field, or the code, by --code.',
  answer: (mark: string, what: string, rows: string) => `${mark} ${what}\n${rows}`,
  eligible: 'Eligible',
  notConfirmed: 'Not confirmed',
  proof: 'proof',
  keepIt: (n: number) => `${n} characters; keep it with --out <file>`,
  consentNames: 'a consent names',
  checkCode: {
    programme: 'a programme that starts with a code, such as help-page-check',
    recipient: 'the platform that the guardian turns to',
    made: (code: string, recipient: string, until: string) =>
      `${code}  valid once, for ${recipient}, until ${until}\n`,
  },
};
