/** A list as a file: a table with a head (CSV or .xlsx), a JSON list, or one JSON object on each line. */

import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { CsvError, parse } from 'csv-parse/sync';
import type { Json } from '../../../shared/json.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { unreadable } from '../terminal/named-files.ts';
import { isWorkbook, workbookRows } from './workbook.ts';

const { file: t } = await texts('lists');

export const FORMATS = ['csv', 'xlsx', 'ndjson'] as const;
export type Format = (typeof FORMATS)[number];

export interface Line {
  /** The line on which it begins, counted from 1 and including the head of a table. */
  row: number;
  /** By column. The cells of a table are text, without blanks around it; empty ones are left out. */
  cells: Readonly<Record<string, Json>>;
  /** Cells with a text beyond the head, which no column names. A spreadsheet leaves out empty ones at the end. */
  beyond?: number;
}

export interface ListFile {
  format: Format;
  /** The head of a table; `null` of any other list. */
  columns: string[] | null;
  lines: Line[];
}

/** @throws UsageError that gives the line and never quotes it */
export async function readList(path: string): Promise<ListFile> {
  const bytes = await read(path);
  if (isWorkbook(path, bytes)) return { ...tableOf(await workbookRows(path, bytes)), format: 'xlsx' };
  const format = /^\.([ct]sv|txt)$/i.test(extname(path)) ? 'csv' : 'ndjson';
  const text = decoded(path, bytes, format);
  return format === 'csv' ? tableOf(rowsOf(text)) : { format, columns: null, lines: objectsIn(text) };
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return path === '-' ? await buffer(process.stdin) : await readFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * A byte order mark is left out. A table that is no UTF-8 is what Excel writes as "CSV" in Chinese, or as "Unicode text";
 * which one it was read as is said, since other bytes can look like GB18030.
 */
function decoded(path: string, bytes: Uint8Array, format: Format): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  const others = format === 'csv' ? [utf16 ? 'utf-16le' : 'gb18030'] : [];
  for (const encoding of ['utf-8', ...others]) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      if (encoding !== 'utf-8') process.stderr.write(t.readAs(encoding.toUpperCase()));
      return text;
    } catch {}
  }
  throw new UsageError(t.notUtf8(path));
}

/** A row of the parser with `info`, which its types lack. */
interface CsvRow {
  info: { lines: number };
  record: string[];
}

interface TableRow {
  row: number;
  cells: string[];
}

function tableOf([head, ...rows]: TableRow[]): ListFile {
  const columns = (head?.cells ?? []).map((name) => name.trim());
  const twice = columns.find((name, at) => name !== '' && columns.indexOf(name) !== at);
  if (twice !== undefined) throw new UsageError(t.columnTwice(twice));
  const lines = rows.map(({ row, cells }) => {
    const named = columns.map((name, at) => [name, cells[at]?.trim() ?? ''] as const);
    const beyond = cells.slice(columns.length).filter((cell) => cell.trim() !== '').length;
    const kept = Object.fromEntries(named.filter(([name, cell]) => name !== '' && cell !== ''));
    return { row, cells: kept, ...(beyond > 0 && { beyond }) };
  });
  // A row of empty cells is what a spreadsheet leaves of a row that was deleted.
  return { format: 'csv', columns, lines: lines.filter(({ cells }) => Object.keys(cells).length > 0) };
}

/** What results and copies have before a cell that a spreadsheet would run as a formula. */
const MADE_SAFE = /^'(?=[=+\-@\t\r＝＋－＠])/;

function rowsOf(text: string): TableRow[] {
  const options = { info: true, relaxColumnCount: true, skipEmptyLines: true } as const;
  const delimiter = separatorOf(text);
  try {
    const rows: unknown[] = parse(text, { ...options, delimiter, recordDelimiter: ['\r\n', '\n', '\r'] });
    return (rows as CsvRow[]).map(({ info, record: cells }) => {
      // `info` counts lines up to the end of the row, and a quoted cell may contain line breaks.
      const row = info.lines - cells.join().split(/\r\n|\n|\r/).length + 1;
      return { row, cells: cells.map((cell) => cell.replace(MADE_SAFE, '')) };
    });
  } catch (error) {
    // The parser's message quotes the text, so it is not shown.
    if (error instanceof CsvError) throw new UsageError(t.notCsv(error['lines']));
    throw error;
  }
}

/** What separates the names of the head: a spreadsheet of some countries writes semicolons, and "Unicode text" tabs. */
function separatorOf(text: string): string {
  const [head = ''] = text.replaceAll(/"[^"]*"/g, '').split(/[\r\n]/, 1);
  const counted = [',', ';', '\t'].map((one) => [one, head.split(one).length] as const);
  return counted.reduce((most, one) => (one[1] > most[1] ? one : most))[0];
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
  } catch (error) {
    // The parser's message quotes the text, so only its place is shown.
    const { message } = error as Error;
    const [, position] = /at position (\d+) \(line \d+ column \d+\)$/.exec(message) ?? [];
    const end = message === 'Unexpected end of JSON input' ? text.trimEnd().length : undefined;
    const before = text.slice(0, Number(position ?? end ?? 0)).split('\n');
    const isPlaced = (position ?? end) !== undefined;
    const known = isPlaced ? t.place(before.length, (before.at(-1) ?? '').length + 1) : '';
    throw new UsageError(t.notJson(what) + known);
  }
}

function objectIn(value: Json, row: number): Line {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError(t.noObject(row));
  return { row, cells: value };
}
