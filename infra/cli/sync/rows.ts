/** The rows of a source, as the cells that an intake's table would have. */

import type { Json } from '../../../shared/json.ts';
import type { Line } from '../lists/file.ts';
import { OWN_KEY } from '../lists/people.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { type Database, type Table, UNREADABLE } from './database.ts';
import type { DAYS, Source } from './mapping.ts';

const { rows: t } = await texts('sync');

export interface RowFault {
  /** Of the source, by which its keeper finds the row. */
  key: string;
  column: string;
  code: string;
  words: string;
}

export interface SourceRows {
  /** The targets of the mapping. */
  columns: string[];
  lines: Line[];
  /** By the number of the line. */
  keyOf: ReadonlyMap<number, string>;
  faults: RowFault[];
  /** Every key that the source has, held back rows included; `null` if only changes were read, without `keys`. */
  present: ReadonlySet<string> | null;
  /** Keys of changed rows that the source has no more. */
  went: ReadonlySet<string>;
  /** Up to where changes are read. */
  mark: string | null;
}

/** @param since the mark of the last run; `null` reads all rows */
export async function readRows(source: Source, db: Database, since: string | null): Promise<SourceRows> {
  const { key, changes, query } = source;
  const q = db.quoted;
  const all = `SELECT * FROM (${bare(query)}) source_rows`;
  const from = since === null || !changes ? '' : ` WHERE ${q(changes.column)} >= '${before(since, changes)}'`;
  if (!changes?.query) {
    const table = await db.read(all + from);
    const marks = changes && columnOf(table, changes.column).filter((cell) => cell !== null);
    const present = from === '' ? keysIn(table, key) : await allKeys(source, db);
    return { ...translated(source, table), present, went: new Set(), mark: markOf(marks, since, db.now) };
  }
  const changed = `SELECT * FROM (${bare(changes.query)}) source_changes${from}`;
  // Read before the rows: what is written in between comes again the next time.
  const log = await db.read(changed);
  const some =
    from && ` WHERE ${q(key)} IN (SELECT ${q(key)} FROM (${bare(changes.query)}) source_changes${from})`;
  const table = await db.read(all + some);
  const there = keysIn(table, key);
  const went = [...keysIn(log, key)].filter((one) => !there.has(one));
  return {
    ...translated(source, table),
    present: from === '' ? there : await allKeys(source, db),
    went: new Set(went),
    mark: markOf(columnOf(log, changes.column), since, db.now),
  };
}

const bare = (sql: string) => sql.trim().replace(/;$/, '');

async function allKeys({ keys, key }: Source, db: Database): Promise<ReadonlySet<string> | null> {
  return keys === undefined ? null : keysIn(await db.read(bare(keys)), key);
}

function columnOf({ columns, rows }: Table, name: string): (string | null)[] {
  const at = columns.findIndex((column) => column.name === name);
  if (at < 0) throw new UsageError(t.noColumn(name));
  return rows.map((row) => row[at] ?? null);
}

const keysIn = (table: Table, key: string) =>
  new Set(columnOf(table, key).flatMap((cell) => (cell?.trim() ? [cell.trim()] : [])));

/* How far the changes are read. */

const MARK = /^(\d{1,20}|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d(:\d\d)?)?)$/;
const NUMBER = /^\d+$/;

/** The greatest, but no time that has not come: one wrong clock would hide all that follows. */
function markOf(
  marks: readonly (string | null)[] | undefined,
  last: string | null,
  now: string,
): string | null {
  let most = last;
  for (const mark of marks ?? []) {
    if (mark === null) continue;
    if (!MARK.test(mark)) throw new UsageError(t.noMark);
    if (NUMBER.test(mark)) most = most === null || BigInt(mark) > BigInt(most) ? mark : most;
    else if (mark.slice(0, 19) <= now.slice(0, 19) && (most === null || mark > most)) most = mark;
  }
  return most;
}

/** What began before the last run and was committed after it lies before its mark. */
function before(mark: string, { overlap }: NonNullable<Source['changes']>): string {
  if (NUMBER.test(mark)) {
    const from = BigInt(mark) - BigInt(overlap ?? 1000);
    return String(from < 0n ? 0n : from);
  }
  const wall = Date.parse(`${mark.slice(0, 19).replace(' ', 'T')}Z`) - (overlap ?? 10) * 60_000;
  const zone = /([+-]\d\d(:\d\d)?)$/.exec(mark.slice(19))?.[0] ?? '';
  return new Date(wall).toISOString().slice(0, 19).replace('T', ' ') + zone;
}

/* Columns and codes of the database as those of the policy. */

interface Cell {
  from: string;
  to: string;
  at: number;
  /** A time gives its day. */
  isTime: boolean;
  values: ReadonlyMap<string, Json> | undefined;
  days: (typeof DAYS)[number] | undefined;
}

type Translated = Pick<SourceRows, 'columns' | 'lines' | 'keyOf' | 'faults'>;

/** Rows of the same key that differ are held back, since no order says which one counts. */
function translated({ key, columns }: Source, table: Table): Translated {
  const cells = Object.entries({ [key]: OWN_KEY, ...columns }).flatMap(([from, target]): Cell[] => {
    const at = table.columns.findIndex(({ name }) => name === from);
    if (at < 0) throw new UsageError(t.noColumn(from));
    if (target === null) return [];
    const { to, values, days } = typeof target === 'string' ? { to: target } : target;
    const isTime = table.columns[at]?.type === 'time';
    return [{ from, to, at, isTime, values: values && new Map(Object.entries(values)), days }];
  });
  const names = columnOf(table, key);
  const faults: RowFault[] = [];
  const lines = new Map<string, Line>();
  const twice = new Set<string>();
  for (const [at, row] of table.rows.entries()) {
    const name = names[at]?.trim() ?? '';
    if (name === '') {
      faults.push({ key: '', column: key, code: 'NO_KEY', words: t.noKey });
      continue;
    }
    const read = cells.map((cell) => readCell(cell, row[cell.at]?.trim() ?? ''));
    const wrong = read.flatMap((one, i) =>
      'fault' in one ? [{ column: cells[i]?.from ?? '', words: one.fault }] : [],
    );
    faults.push(...wrong.map((one) => ({ key: name, code: 'FORM', ...one })));
    const held = read.flatMap((one, i) =>
      'value' in one && one.value !== '' ? [[cells[i]?.to, one.value]] : [],
    );
    const line = { row: at, cells: Object.fromEntries(held) };
    const other = lines.get(name);
    if (other && JSON.stringify(other.cells) !== JSON.stringify(line.cells)) twice.add(name);
    else if (!other) lines.set(name, line);
    if (wrong.length > 0) twice.add(name);
  }
  const told = new Set(faults.map((fault) => fault.key));
  for (const name of twice) {
    lines.delete(name);
    if (!told.has(name)) faults.push({ key: name, column: key, code: 'TWICE', words: t.twice });
  }
  return {
    columns: cells.map(({ to }) => to),
    lines: [...lines.values()],
    keyOf: new Map([...lines].map(([name, { row }]) => [row, name])),
    faults,
  };
}

function readCell({ values, days, isTime }: Cell, text: string): { value: string } | { fault: string } {
  if (text.includes(UNREADABLE) || text.includes('\0')) return { fault: t.unreadable };
  if (values) {
    // Its name as text: an intake's table reads it in the form of its field.
    if (values.has(text)) return { value: String(values.get(text) ?? '') };
    return text === '' ? { value: '' } : { fault: t.noCode };
  }
  if (days === undefined || text === '') return { value: isTime ? text.slice(0, 10) : text };
  const day = dayIn(text, days);
  return day === null ? { fault: t.noDay } : { value: day };
}

function dayIn(text: string, form: (typeof DAYS)[number]): string | null {
  const whole = form === 'ymd' ? /^(\d{4})(\d\d)(\d\d)$/ : /^(\d\d)(\d\d)(\d{4})$/;
  const parts = whole.exec(text) ?? /^(\d{1,4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,4})/.exec(text);
  const [, a = '', b = '', c = ''] = parts ?? [];
  const [year, month, day] = form === 'ymd' ? [a, b, c] : form === 'dmy' ? [c, b, a] : [c, a, b];
  return year.length === 4 ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : null;
}
