/** Reads the people of a list: a CSV table, a JSON list, or one JSON object on each line. */

import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { CsvError, parse } from 'csv-parse/sync';
import type { ListRow } from '../../../shared/client/verify-list.ts';
import type { Subject } from '../../../shared/client/wire/types.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

const { subjects: t } = await texts('verify');
const { words: w } = await texts('words');

export interface SubjectsFile {
  /** Each person once. A row has the number of its line, counted from 1 and including the head of a table. */
  rows: ListRow[];
  /** Rows that repeat an earlier person. */
  repeated: number;
  /** The content of the file. */
  text: string;
}

/**
 * @param keys fields of the policy by which people are found
 * @throws UsageError that gives the line and never quotes it
 */
export async function readSubjects(path: string, keys: readonly string[]): Promise<SubjectsFile> {
  const text = await read(path);
  const all = path.endsWith('.csv') ? fromCsv(text, keys) : fromJson(text, keys);
  const known = new Set<string>();
  const rows = all.filter(({ subject }) => {
    const name = JSON.stringify(subject);
    return !known.has(name) && known.add(name);
  });
  if (rows.length === 0) throw new UsageError(t.empty(path));
  return { rows, repeated: all.length - rows.length, text };
}

async function read(path: string): Promise<string> {
  try {
    return path === '-' ? await readAll(process.stdin) : await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(w.unreadable(path, (error as NodeJS.ErrnoException).code ?? w.unknownFailure));
  }
}

function fromJson(text: string, keys: readonly string[]): ListRow[] {
  if (text.trimStart().startsWith('[')) {
    const list = parseJson(text, t.theList);
    return (list as unknown[]).map((value, at) => ({ row: at + 1, subject: subjectIn(value, at + 1, keys) }));
  }
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return [];
    return [{ row: at + 1, subject: subjectIn(parseJson(line, t.line(at + 1)), at + 1, keys) }];
  });
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, so it is not shown.
    throw new UsageError(t.notJson(what));
  }
}

/** `{"ref": …}`, `{"match": {…}}`, or a key alone: `{"nhs_number": …}`. */
function subjectIn(value: unknown, row: number, keys: readonly string[]): Subject {
  const named = (value ?? {}) as Record<string, unknown>;
  const { ref, match } = named;
  if (typeof ref === 'string') return { ref };
  if (typeof match === 'object') return { match: match as Record<string, string> };
  const key = keys.find((name) => typeof named[name] === 'string');
  if (key !== undefined) return { match: { [key]: String(named[key]) } };
  throw new UsageError(t.namesNone(row, ['ref', ...keys].join(', ')));
}

/** A table whose head names a column for a key or `ref`; other columns are ignored. */
function fromCsv(text: string, keys: readonly string[]): ListRow[] {
  const [head, ...lines] = linesOf(text);
  const names = (head?.cells ?? []).map((name) => name.trim());
  const columns = [...keys, 'ref'].flatMap((key) =>
    names.includes(key) ? [[key, names.indexOf(key)] as const] : [],
  );
  if (columns.length === 0) throw new UsageError(t.noColumn([...keys, 'ref'].join(', ')));
  return lines.flatMap(({ row, cells }): ListRow[] => {
    for (const [key, at] of columns) {
      const value = cells[at]?.trim() ?? '';
      if (value !== '')
        return [{ row, subject: key === 'ref' ? { ref: value } : { match: { [key]: value } } }];
    }
    return [];
  });
}

/** A row of the parser with `info`, which its types lack. */
interface CsvRow {
  info: { lines: number };
  record: string[];
}

/** The rows of a CSV table, each with the line on which it begins. */
function linesOf(text: string): { row: number; cells: string[] }[] {
  const options = { bom: true, info: true, relaxColumnCount: true, skipEmptyLines: true } as const;
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
