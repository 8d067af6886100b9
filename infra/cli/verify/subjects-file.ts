/** Reads whom a list is about: a CSV table, a JSON list, or one JSON object a line. */

import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import type { ListRow } from '../../../shared/client/verify-list.ts';
import type { Subject } from '../../../shared/client/wire/types.ts';
import { UsageError } from '../terminal/failures.ts';

export interface SubjectsFile {
  /** Each person once. A row is numbered as a reader counts: lines from 1, the head of a table included. */
  rows: ListRow[];
  /** Rows that name somebody who stands above. */
  repeated: number;
  /** The file as it was read. */
  text: string;
}

/** @throws UsageError that gives the line and never quotes it */
export async function readSubjects(path: string): Promise<SubjectsFile> {
  const text = await read(path);
  const all = path.endsWith('.csv') ? fromCsv(text) : fromJson(text);
  const known = new Set<string>();
  const rows = all.filter(({ subject }) => {
    const name = JSON.stringify(subject);
    return !known.has(name) && known.add(name);
  });
  if (rows.length === 0) throw new UsageError(`${path} names nobody.`);
  return { rows, repeated: all.length - rows.length, text };
}

async function read(path: string): Promise<string> {
  try {
    return path === '-' ? await readAll(process.stdin) : await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`);
  }
}

function fromJson(text: string): ListRow[] {
  if (text.trimStart().startsWith('[')) {
    const list = parse(text, 'The list');
    return (list as unknown[]).map((value, at) => ({ row: at + 1, subject: subjectIn(value, at + 1) }));
  }
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return [];
    return [{ row: at + 1, subject: subjectIn(parse(line, `Line ${at + 1}`), at + 1) }];
  });
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, so it is not passed on.
    throw new UsageError(`${what} is not valid JSON.`);
  }
}

/** `{"ref": …}`, `{"match": {…}}`, or the key alone: `{"id_number": …}`. */
function subjectIn(value: unknown, row: number): Subject {
  const { ref, match, id_number } = (value ?? {}) as { ref?: unknown; match?: object; id_number?: unknown };
  if (typeof ref === 'string') return { ref };
  if (typeof match === 'object') return { match: match as Record<string, string> };
  if (typeof id_number === 'string') return { match: { id_number } };
  throw new UsageError(`Line ${row} names nobody: it needs "ref", "match" or "id_number".`);
}

/** A table whose head names a column `id_number` or `ref`; others are left alone. */
function fromCsv(text: string): ListRow[] {
  const [head, ...lines] = tableOf(text.replace(/^\uFEFF/, ''));
  const names = (head?.cells ?? []).map((name) => name.trim());
  const [id, ref] = [names.indexOf('id_number'), names.indexOf('ref')];
  if (id < 0 && ref < 0) throw new UsageError('The first line must name a column id_number or ref.');
  return lines.flatMap(({ row, cells }): ListRow[] => {
    const [number = '', name = ''] = [cells[id]?.trim(), cells[ref]?.trim()];
    if (number !== '') return [{ row, subject: { match: { id_number: number } } }];
    return name === '' ? [] : [{ row, subject: { ref: name } }];
  });
}

interface Line {
  row: number;
  cells: string[];
}

/** RFC 4180: cells in quotes may hold commas, quotes twice, and ends of lines. */
function tableOf(text: string): Line[] {
  const lines: Line[] = [];
  let cells: string[] = [];
  let [row, begun] = [1, 1];
  const cell = /("(?:[^"]|"")*"|[^,"\r\n]*)(,|\r?\n|\r|$)/y;
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (!found) throw new UsageError(`Line ${row} is not a line of a CSV table.`);
    const [, given = '', end] = found;
    row += given.split('\n').length - 1;
    cells.push(given.startsWith('"') ? given.slice(1, -1).replaceAll('""', '"') : given);
    if (end === ',') continue;
    if (cells.some((one) => one !== '')) lines.push({ row: begun, cells });
    cells = [];
    row++;
    begun = row;
  }
  if (cells.length > 0) lines.push({ row: begun, cells });
  return lines;
}
