/** Lists of people and of records, from a file to a file. */

import { many } from '../../../../shared/plural.ts';

export const file = {
  notUtf8: (path: string) => `${path} is not UTF-8, but for example GBK. Save it again as UTF-8 (in Excel: “CSV UTF-8”).`,
  readAs: (encoding: string) => `Read as ${encoding}, since it is not UTF-8.\n`,
  oldExcel: (path: string) => `${path} is in the older format of Excel (.xls). Save it again as .xlsx.`,
  largeWorkbook: (path: string) => `${path} is more than 200 MB once it is unpacked, so it is not read. Save its first sheet alone, or as CSV.`,
  noWorkbook: (path: string) => `${path} is no workbook of Excel that can be read, or is protected by a password.`,
  digitsLost: (row: number) => `Line ${row} has a number of more than 15 digits. The spreadsheet has lost its last digits: give the column the format “text”, then type the number again.`,
  columnTwice: (name: string) => `The column ${name} occurs twice.`,
  theList: 'The list',
  line: (n: number) => `Line ${n}`,
  notJson: (what: string) => `${what} is not valid JSON.`,
  place: (line: number, column: number) => ` See line ${line}, column ${column}.`,
  notCsv: (line: unknown) => `Line ${line} is not a line of a CSV table.`,
  notList: 'A .json file holds a list, or an object with "records".',
  noObject: (row: number) => `Line ${row} is not an object.`,
};

export const people = {
  ownKey: 'Own number',
  own: (column: string) => `list.${column}`,
  digitsLost: 'is a number that a spreadsheet has shortened: give the column the format “text”, then type it again',
  twoColumns: (name: string, head: string) => `Two columns are ${name}, one of them ${head}.`,
  noKey: (name: string, names: string) => `${name} does not tell who is meant. A column can be ${names}.`,
  oneWay: 'Name the people by --subjects or one by one, not both.',
  file: 'a table (.csv, .xlsx), a JSON list, or one JSON object on each line; - reads standard input',
  empty: (path: string) => `${path} names no person.`,
  namesNone: (row: number, names: string) => `Line ${row} names no person: it needs "match", or one of ${names}.`,
  noColumn: (names: string) => `The first line must name a column that tells who is meant: ${names}.`,
  meant: (name: string, nearest: string) => ` Is ${name} meant to be ${nearest}?`,
  nobody: 'This row names no person.',
  notText: (row: number, name: string) => `Line ${row}: ${name} must be text, in quotes.`,
};

export const job = {
  column: 'what the column with this heading is (repeat)',
  badColumn: '--column takes <heading>=<field>.',
  out: 'file (.csv, .xlsx, .ndjson) or folder for the result; default: a folder next to the list',
  format: 'format of the result; default: by the extension of --out, or that of the list',
  yes: "start although the day's budget may end before the list does",
  needsOut: 'Name a file or folder for the result: --out <file>.',
  left: (n: number, what: string) => `${n} ${what}`,
  needs: (rows: number, left: string) => `This list needs ${rows}. Left today: ${left}.\n`,
  short: (at: string | null) => `It may not end today. Go on with --yes: it stops where the budget ends, and the same command continues${at === null ? '' : ` after ${at}`}.\n`,
  waits: (when: string) => `The day's budget is spent; continuing at ${when}. You can stop it at any time.\n`,
  kept: (done: number, total: number) => `${done} of ${total} are done and kept.`,
  again: 'Run the same command again: it continues from there.',
  spent: (when: string) => `The day's budget is spent: run the same command again after ${when}.`,
  malformed: 'malformed',
  open: 'not asked yet',
  repeated: 'named again',
  once: (n: number) => `${n}, asked once`,
  result: 'result',
  rows: (list: readonly number[]) => `${list.length}: row${list.length > 1 ? 's' : ''} ${list.slice(0, 10).join(', ')}${list.length > 10 ? ', …' : ''}`,
};

export const journal = {
  otherJob: (folder: string) => `${folder} belongs to the job of another list, purpose, programme or agency; choose another --out.`,
  otherMachine: (folder: string) => `${folder} was begun on another machine, or in another folder of keys, and cannot go on here; choose another --out.`,
  changed: 'Another process changed the journal of the job.',
  running: 'This job is already running, in another process.',
};

export const releaseList = {
  what: 'release what a purpose allows about every person of a list, into a table',
  again: 'ask once more about people whose answer was lost; they may have been released already',
  help: `
The list has a column that tells who is meant (id_number, local_id or ref, or the words in use for them, such as
“ID number”); its other columns go over into the result, whose fields have the words of the policy. In .ndjson they have
their names.
After any interruption, or when the list has grown, the same command continues: a person with an answer is not asked
again. The folder keeps a journal, sealed with a key of this machine. Delete both when the purpose is met.

  fieldgate release list pupils.csv --as edu-county --purpose S1 --officer zhang.wei --reason "winter subsidy" \\
    --field name,school_name --out released.csv`,
  told: (tier: string) => `people of the tier ${tier}`,
  unanswered: 'without an answer',
  open: 'Not asked yet.',
  lost: 'The answer was lost: this person may have been released. See the log; --again asks once more.',
  waits: (id: string) => `The owners have to approve request ${id}.`,
  refused: 'The audit office can explain it by the log entry.',
  released: 'released',
  withheldIn: (code: string, n: number) => `a field in ${n} ${n === 1 ? 'row' : 'rows'}: ${code}`,
  waiting: 'waiting for an approval',
  cut: 'answer lost',
  done: (mark: string, n: number, rows: string) => `${mark} ${many(n, 'row')}\n${rows}`,
  refusedHint: 'The audit office can explain a refusal by the log entry of its row.\n',
  requests: (ids: readonly string[]) => `Once approved: ${ids.map((id) => `fieldgate request collect ${id}`).join(', ')}\n`,
  lostHint: 'Rows whose answer was lost may have been released. Look at the log, or ask once more with --again.\n',
};

export const verifyList = {
  what: "check every person of a list, such as a programme's beneficiaries once a year",
  atOnce: 'concurrent checks',
  wait: "wait for the next day if the day's budget is spent, instead of stopping",
  submit: 'let the gateway work the list off by itself, and end at once',
  collect: 'fetch what it has answered of a submitted list',
  working: (rows: number, percent: number, until: string) => `The gateway works on ${many(rows, 'row')}: ${percent} percent are checked. It acts for you until ${until}.\nThe results: the same command with --collect.\n`,
  stoppedBy: (code: string) => `The gateway stopped: ${code}. The other rows are open; --submit sends them again.\n`,
  notSubmitted: 'No list is submitted from this folder: --submit does that.',
  gone: 'The gateway has no such list any more. Its rows without an answer are open: --submit sends them again.',
  isSubmitted: (folder: string) => `The list in ${folder} is submitted, and the gateway checks it. Collect it first, with --collect.`,
  otherRows: (folder: string) => `The list in ${folder} is submitted and has other rows than the file. Collect it first.`,
  help: `
The folder of --out keeps result.csv with a row for each line of the list, proofs/ with the proof of each yes, and
journal.ndjson, which names no person. The same command continues after any interruption and when the list has grown: a
person with an answer is not checked again.

  fieldgate verify list beneficiaries.csv --as charity-sunrise --programme spring-bud --case CHA-2026-001 \\
    --officer shen.yi --reason "yearly re-check" --out recheck-2026

With --submit the gateway works the list off while this machine is off, for up to twelve hours. The rows rest there sealed,
the results sealed to your key, and all of it goes with --collect, or within two days.`,
  checks: 'checks of the programme',
  misses: 'answers that confirm nothing',
  open: 'Not checked yet.',
  notConfirmed: 'One answer for many causes: no consent, not eligible, not known. The representative may ask the desk.',
  checked: (mark: string, n: number, rows: string) => `${mark} ${many(n, 'person', 'people')} checked\n${rows}`,
  eligible: 'eligible',
  withProofs: (n: number, folder: string) => `${n}, with a proof each in ${folder}/proofs`,
  notConfirmedRows: 'not confirmed',
};

export const intakeList = {
  unknown: (name: string, nearest: string | null) => (nearest === null ? `The column ${name} is no field of the collection.` : `The column ${name} is no field of the collection. Is ${nearest} meant?`),
  notOwn: (name: string, owners: readonly string[]) => `The field ${name} is of another department (${owners.join(', ')}).`,
  sayWhat: (name: string) => `If ${name} is a field under another name: --column "${name}=<field>". If it is a column of your own, which comes back in the result: --own "${name}".`,
  twoColumns: (name: string) => `Two columns are ${name}.`,
  problem: 'problem',
  copied: (path: string) => `All of them, in a copy of the table that can be sent again once it is mended: ${path}`,
  differs: (row: number) => `differs from line ${row}, which names the same person; with --last-wins the later line is stored over it`,
  flagged: (code: string) => `${code}: check the number; no person could be found by it. With --keep-flagged the record is stored nevertheless`,
  noHead: 'No heading of the table is known. Its first line must have headings: fieldgate intake --template writes those of this department, and --column <heading>=<field> says what others are.',
  noField: 'The table names no field.',
  faults: (n: number, rows: number) => `Nothing was stored: ${many(n, 'fault')} in ${many(rows, 'line')}.`,
  more: (n: number) => `… and ${n} more.`,
  line: 'line',
  open: 'Not stored yet.',
  beyond: (n: number) => `has ${many(n, 'cell')} more than the head has columns`,
  form: {
    type: (type: string) => `must be ${type}`,
    oneOf: (values: string) => `must be one of ${values}`,
    missing: (name: string) => `lacks ${name}`,
    unknown: (name: string) => `has no member ${name}`,
    date: 'must be a date such as 2026-11-26',
    longest: (n: number) => `must have at most ${many(n, 'character')}`,
    most: (n: number) => `must have at most ${many(n, 'entry', 'entries')}`,
    least: (n: number) => `must be at least ${n}`,
    greatest: (n: number) => `must be at most ${n}`,
    json: 'must be JSON: a list or an object',
    lost: 'has a character that was lost on the way, or that nothing shows',
    ofSpreadsheet: 'is a formula, its error, or NULL, and no value: an empty cell changes nothing',
    other: 'is not of the form that fieldgate fields shows',
  },
};
