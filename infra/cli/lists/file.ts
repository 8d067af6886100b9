/** A list as a file: a CSV table with a head, a JSON list, or one JSON object on each line. */

import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { CsvError, parse } from 'csv-parse/sync';
import type { Json } from '../../../shared/json.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { unreadable } from '../terminal/named-files.ts';

const { file: t } = await texts('lists');

export const FORMATS = ['csv', 'ndjson'] as const;
export type Format = (typeof FORMATS)[number];

export interface Line {
  /** The line on which it begins, counted from 1 and including the head of a table. */
  row: number;
  /** By column. The cells of a table are text, without blanks around it; empty ones are left out. */
  cells: Readonly<Record<string, Json>>;
}

export interface ListFile {
  format: Format;
  /** The head of a table; `null` of any other list. */
  columns: string[] | null;
  lines: Line[];
}

/** @throws UsageError that gives the line and never quotes it */
export async function readList(path: string, asked?: Format): Promise<ListFile> {
  const text = decoded(path, await read(path));
  const format = asked ?? (/^\.csv$/i.test(extname(path)) ? 'csv' : 'ndjson');
  return format === 'csv' ? tableIn(text) : { format, columns: null, lines: objectsIn(text) };
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return path === '-' ? await buffer(process.stdin) : await readFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** A byte order mark is left out. */
function decoded(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(t.notUtf8(path));
  }
}

/** A row of the parser with `info`, which its types lack. */
interface CsvRow {
  info: { lines: number };
  record: string[];
}

function tableIn(text: string): ListFile {
  const [head, ...rows] = rowsOf(text);
  const columns = (head?.cells ?? []).map((name) => name.trim());
  const twice = columns.find((name, at) => name !== '' && columns.indexOf(name) !== at);
  if (twice !== undefined) throw new UsageError(t.columnTwice(twice));
  const lines = rows.map(({ row, cells }) => {
    const named = columns.map((name, at) => [name, cells[at]?.trim() ?? ''] as const);
    return { row, cells: Object.fromEntries(named.filter(([name, cell]) => name !== '' && cell !== '')) };
  });
  // A row of empty cells is what a spreadsheet leaves of a row that was deleted.
  return { format: 'csv', columns, lines: lines.filter(({ cells }) => Object.keys(cells).length > 0) };
}

function rowsOf(text: string): { row: number; cells: string[] }[] {
  const options = { info: true, relaxColumnCount: true, skipEmptyLines: true } as const;
  try {
    const rows: unknown[] = parse(text, { ...options, recordDelimiter: ['\r\n', '\n', '\r'] });
    return (rows as CsvRow[]).map(({ info, record: cells }) => {
      // `info` counts lines up to the end of the row, and a quoted cell may contain line breaks.
      return { row: info.lines - cells.join().split(/\r\n|\n|\r/).length + 1, cells };
    });
  } catch (error) {
    // The parser's message quotes the text, so it is not shown.
    if (error instanceof CsvError) throw new UsageError(t.notCsv(error['lines']));
    throw error;
  }
}

function objectsIn(text: string): Line[] {
  if (/^\s*\[/.test(text) || isOneObject(text)) {
    const value = parsed(text, t.theList);
    const list = Array.isArray(value) ? value : (value as { records?: Json }).records;
    if (!Array.isArray(list)) throw new UsageError(t.notList);
    return list.map((one, at) => objectIn(one, at + 1));
  }
  return text.split('\n').flatMap((line, at) => {
    return line.trim() === '' ? [] : [objectIn(parsed(line, t.line(at + 1)), at + 1)];
  });
}

/** `{"records": […]}` over several lines. */
function isOneObject(text: string): boolean {
  try {
    return Array.isArray((JSON.parse(text) as { records?: unknown } | null)?.records);
  } catch {
    return false;
  }
}

function parsed(text: string, what: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The parser's message quotes the text, so it is not shown.
    throw new UsageError(t.notJson(what));
  }
}

function objectIn(value: Json, row: number): Line {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError(t.noObject(row));
  return { row, cells: value };
}
