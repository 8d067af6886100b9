import { many } from '../../../../shared/plural.ts';

export const mapping = {
  faults: (path: string) => `${path} is no mapping of a sync:`,
  secret: 'is { env: NAME } or { file: path }: a password never stands in this file',
  unknown: 'is no member of it',
  missing: 'is missing',
  form: (expected: string) => `must be ${expected}`,
  notYaml: (path: string, line: number) => `${path} is no YAML (line ${line}).`,
  noVariable: (name: string) => `The variable ${name} is empty or not set.`,
  open: (path: string) => `Other users of this machine can read ${path}: close it to them (mode 0600).`,
};

export const database = {
  noDriver: (name: string) => `The driver of this database is not installed: npm install ${name}`,
  noTls: 'The database does not encrypt connections (NO_TLS). Let it, or say tls: false in the mapping, which sends in clear.',
  certificate: (code: string) => `The certificate of the database is not accepted (${code}). host must be the name in it, and tls.ca the file of the authority that issued it.`,
  failed: (code: string, message: string | undefined) => (message === undefined ? `The database failed (${code}).` : `The database refused the query (${code}): ${message}`),
};

export const usage = { noTable: 'The mapping names no table for the uses (usage.table).' };

export const rows = {
  noColumn: (name: string) => `The query has no column ${name}.`,
  noMark: 'The column of the changes must hold times or whole numbers.',
  noKey: 'the row has no key',
  twice: 'several rows that differ have this key',
  unreadable: 'is no text: bytes, or characters that the database could not convert',
  noCode: 'the mapping has no value for this code',
  noDay: 'is no day in the order of the mapping',
};

export const sync = {
  mapping: 'YAML file: the database, and which query feeds which fields',
  sources: 'sources of the mapping; default: all',
  check: 'read and check everything, show masked samples, and send nothing',
  full: 'read all rows, not only changes, and send again what was refused',
  gone: 'so many rows may have gone since the last run; default: a tenth of them, or 20',
  state: 'folder of what was sent before; default: next to the mapping',
  usage: 'add the uses of the fields to the table that the mapping names, and sync nothing',
  usageTable: 'print the statements that make this table',
  uses: ({ told, uses, rows: added, unnamed }: Record<'told' | 'uses' | 'rows' | 'unnamed', number>, check: boolean) =>
    check ? `${many(told, 'use')} told, ${uses} not in the table yet (check: nothing was opened or added)` : `${many(told, 'use')} told, ${uses} new: ${many(added, 'row')} added; ${many(unnamed, 'use')} without a key`,
  every: 'go on as a service: run again after so long, such as 10m or 2h; off: run once, and expect no service any more',
  metrics: 'file for metrics in the text format of Prometheus, replaced after each run',
  waits: 'A budget of the day is spent.',
  schema: 'print the JSON Schema of the mapping, for an editor',
  needsMapping: 'Name the mapping file.',
  badRows: '--gone is a number of rows.',
  noSource: (names: string) => `The mapping has no such source. It has: ${names}.`,
  help: `
The folder of the state names no person. The same command goes on after any interruption, and sends what changed since.
The user of the database needs SELECT on what the queries read, and nothing else.`,
  rows: 'rows',
  counts: ({ read, added, changed, gone, same, failed }: Record<'read' | 'added' | 'changed' | 'gone' | 'same' | 'failed', number>, faults: number) => `${many(read, 'row')} read: ${added} new, ${changed} changed, ${gone} gone, ${same} as before, ${failed} refused; ${many(faults, 'fault')}`,
  nothingSent: ' (check: nothing was sent)',
  left: (n: number) => `${many(n, 'row')} went, and their fields were left as they are. If that is right: --gone ${n}`,
  faults: 'faults with the keys of the source:',
};

export const service = {
  badEvery: '--every is a time from 1m to 7d, such as 10m, 2h or 1d, or off.',
  starts: (minutes: number) => `The service runs every ${many(minutes, 'minute')}, until SIGTERM.`,
  stopped: 'Stopped. The next start goes on where this one ended.',
  next: (at: string, failures: number) => (failures > 1 ? `Failed ${failures} times in a row; next run at ${at}.` : `Next run at ${at}.`),
  failed: (code: string) => `The run failed (${code}).`,
  notReported: (code: string) => `the run could not be reported to the gateway (${code})`,
  noMetrics: (path: string, code: string) => `The metrics could not be written to ${path} (${code}).`,
};
