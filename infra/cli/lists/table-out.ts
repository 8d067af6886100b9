/** Tables that are written: for a spreadsheet (.csv, .xlsx), or as one JSON object on each line. */

import { stringify } from 'csv-stringify/sync';
import type { Json } from '../../../shared/json.ts';
import { writeOut } from '../terminal/out.ts';
import type { Format } from './file.ts';
import { workbookOf } from './workbook.ts';

/** One row of the result, and the same row as a program reads it. */
export interface ResultRow {
  cells: Readonly<Record<string, string>>;
  object: Readonly<Record<string, Json>>;
}

/** @param cells empty ones are no members of the object. @param more members that are no cells */
export function asRow(cells: Readonly<Record<string, string>>, more: Record<string, Json> = {}): ResultRow {
  const given = Object.entries(cells).filter(([, value]) => value !== '');
  return { cells, object: { ...Object.fromEntries(given), ...more } };
}

/**
 * Only the owner may read it, and it is there completely or not at all.
 * @param first columns that come first; others follow in the order in which rows have them
 * @param spare empty rows below, whose cells a spreadsheet keeps as text
 */
export async function writeResult(
  path: string,
  format: Format,
  first: readonly string[],
  rows: readonly ResultRow[],
  spare = 0,
): Promise<void> {
  if (format === 'ndjson')
    return writeOut(path, rows.map(({ object }) => `${JSON.stringify(object)}\n`).join(''));
  const columns = [...new Set([...first, ...rows.flatMap(({ cells }) => Object.keys(cells))])];
  const lines = rows.map(({ cells }) => columns.map((name) => cells[name] ?? ''));
  if (format === 'xlsx') return writeOut(path, await workbookOf([columns, ...lines], spare));
  // With a byte order mark, by which spreadsheets know UTF-8. A cell that one would run as a formula begins with an apostrophe.
  const options = { bom: true, escape_formulas: true, record_delimiter: 'windows' } as const;
  writeOut(path, stringify([columns, ...lines], options));
}
