/** The file of a sync: which query of which database feeds which fields. Secrets never stand in it. */

import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { parse, YAMLParseError } from 'yaml';
import { SOURCE_NAME } from '../../../shared/contract/routes/sources.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { readNamed, unreadable } from '../terminal/named-files.ts';

const { mapping: t } = await texts('sync');

const text = v.pipe(v.string(), v.minLength(1));

/** Where a secret is: a variable of the environment, or a file that the others of the machine can't read. */
const Secret = v.union([v.strictObject({ env: text }), v.strictObject({ file: text })]);

const Database = v.strictObject({
  kind: v.picklist(['postgresql', 'mysql', 'mariadb', 'sqlserver']),
  host: v.optional(text),
  port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535))),
  /** PostgreSQL: the folder of its socket. MySQL and MariaDB: the socket. */
  socket: v.optional(text),
  database: text,
  user: text,
  password: v.optional(Secret),
  /** `false`: in clear. Another machine's certificate is otherwise checked, by the system's authorities or by `ca`. */
  tls: v.optional(v.union([v.literal(false), v.strictObject({ ca: v.optional(text) })])),
  /** In which times with a zone are read, such as `+08:00`. */
  utcOffset: v.optional(v.pipe(v.string(), v.regex(/^[+-]\d\d:\d\d$/))),
});

/** How a text of days is written. Columns of dates and times need none. */
export const DAYS = ['ymd', 'dmy', 'mdy'] as const;

/** A field, `field.member`, a key by which people are found; `null`: only the key of this file. */
const Target = v.union([
  text,
  v.null(),
  v.strictObject({
    to: text,
    /** What a code of the database means. Any other code is a fault; `null` is no value. */
    values: v.optional(v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()]))),
    days: v.optional(v.picklist(DAYS)),
  }),
]);

export const targetOf = (target: v.InferOutput<typeof Target>): string | undefined =>
  typeof target === 'string' ? target : target?.to;

const Source = v.strictObject({
  query: text,
  /** The column that tells the rows apart. It is the person's `local_id` unless `columns` says otherwise. */
  key: text,
  columns: v.record(text, Target),
  /** Later runs read those rows alone that changed: by a time or number of the row, or of a table of changes. */
  changes: v.optional(
    v.strictObject({
      column: text,
      query: v.optional(text),
      /** So much before the last mark is read again: minutes of a time, or numbers. */
      overlap: v.optional(v.pipe(v.number(), v.minValue(0))),
    }),
  ),
  /** All keys that there are, so that rows that went are seen although only changes are read. */
  keys: v.optional(text),
  /** What becomes of the fields of a row that went. */
  gone: v.optional(v.picklist(['clear', 'tell']), 'clear'),
  ifAbsent: v.optional(v.picklist(['create', 'refuse']), 'create'),
  collection: v.optional(text),
});

/** A table of the same database to which the uses of the department's fields are added. */
const Usage = v.strictObject({
  table: v.pipe(v.string(), v.regex(/^[A-Za-z_]\w{0,62}(\.[A-Za-z_]\w{0,62})?$/)),
  /** The day from which the first run reads; 31 days back unless said. */
  from: v.optional(v.pipe(v.string(), v.isoDate())),
  /** Another user than the one who reads. */
  user: v.optional(text),
  password: v.optional(Secret),
});

export const MappingFile = v.strictObject({
  database: Database,
  usage: v.optional(Usage),
  sources: v.record(v.pipe(v.string(), v.regex(SOURCE_NAME)), Source),
});

export type DatabaseSettings = v.InferOutput<typeof Database> & { secret?: string; authority?: string };
export type Source = v.InferOutput<typeof Source>;
export interface Mapping {
  database: DatabaseSettings;
  usage?: { table: string; from?: string | undefined; writer: DatabaseSettings };
  sources: Record<string, Source>;
}

/** @throws UsageError that names each faulty place of the file, and quotes no value of it */
export function readMapping(path: string): Mapping {
  const found = v.safeParse(MappingFile, parsed(path));
  if (!found.success) {
    const at = (issue: v.BaseIssue<unknown>) => v.getDotPath(issue) ?? '';
    const faults = found.issues.map((issue) => `  ${at(issue)}: ${wordsOf(issue, at(issue))}`);
    throw new UsageError([t.faults(path), ...faults].join('\n'));
  }
  const { database, sources, usage } = found.output;
  const near = (file: string) => resolve(dirname(path), file);
  const { password, tls } = database;
  const reader: DatabaseSettings = {
    ...database,
    ...(password && { secret: secretOf(password, near) }),
    ...(tls && tls.ca !== undefined && { authority: readNamed(near(tls.ca)) }),
  };
  if (usage === undefined) return { database: reader, sources };
  const writer = {
    ...reader,
    ...(usage.user !== undefined && { user: usage.user }),
    ...(usage.password && { secret: secretOf(usage.password, near) }),
  };
  return { database: reader, sources, usage: { table: usage.table, from: usage.from, writer } };
}

function wordsOf({ type, received, expected }: v.BaseIssue<unknown>, at: string): string {
  if (/^(database|usage)\.password$/.test(at)) return t.secret;
  if (type === 'strict_object') return expected === 'never' ? t.unknown : t.missing;
  return received === 'undefined' ? t.missing : t.form(expected ?? '');
}

function parsed(path: string): unknown {
  try {
    return parse(readNamed(path));
  } catch (error) {
    if (error instanceof YAMLParseError) throw new UsageError(t.notYaml(path, error.linePos?.[0].line ?? 0));
    throw error;
  }
}

function secretOf(where: v.InferOutput<typeof Secret>, near: (file: string) => string): string {
  if ('env' in where) {
    const value = process.env[where.env];
    if (!value) throw new UsageError(t.noVariable(where.env));
    return value;
  }
  const path = near(where.file);
  try {
    if ((statSync(path).mode & 0o007) !== 0) throw new UsageError(t.open(path));
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw error instanceof UsageError ? error : unreadable(path, error);
  }
}
