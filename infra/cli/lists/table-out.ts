/** The result of a list as a CSV table, or as one JSON object on each line. */

import { stringify } from 'csv-stringify/sync';
import type { Json } from '../../../shared/json.ts';
import { writeOut } from '../terminal/out.ts';
import type { Format } from './file.ts';

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
 * @param columns those that come first; others follow in the order in which rows have them
 */
export function writeResult(
  path: string,
  format: Format,
  columns: readonly string[],
  rows: readonly ResultRow[],
) {
  const text =
    format === 'csv'
      ? tableOf(columns, rows)
      : rows.map(({ object }) => `${JSON.stringify(object)}\n`).join('');
  writeOut(path, text);
}

/** With a byte order mark, by which spreadsheets know UTF-8. A cell that one would run as a formula begins with an apostrophe. */
export function tableOf(first: readonly string[], rows: readonly ResultRow[]): string {
  const columns = [...new Set([...first, ...rows.flatMap(({ cells }) => Object.keys(cells))])];
  const lines = rows.map(({ cells }) => columns.map((name) => cells[name] ?? ''));
  return stringify([columns, ...lines], { bom: true, escape_formulas: true, record_delimiter: 'windows' });
}
