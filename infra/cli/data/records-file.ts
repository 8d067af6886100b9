/** Reads records from a JSON or NDJSON file, or from standard input, one at a time. */

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { IntakeRecord } from '../../../shared/client/wire/types.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

const { records: t } = await texts('data');
const { words: w } = await texts('words');

export interface RecordSource {
  records: Iterable<IntakeRecord> | AsyncIterable<IntakeRecord>;
  /** The number of records; `null` if it is unknown before all are read. */
  total: number | null;
}

/**
 * A `.json` file holds a list of records, or an object with `records`; any other file holds one record on each line.
 * `-` reads lines from standard input.
 *
 * @throws UsageError if the file cannot be read, or, while the records are read, with the number of a malformed line
 */
export async function openRecords(path: string): Promise<RecordSource> {
  if (path === '-') return { records: lines(process.stdin, t.stdin), total: null };
  try {
    if (!path.endsWith('.json')) {
      const total = await countLines(path);
      return { records: lines(createReadStream(path), path), total };
    }
    const records = listIn(await readFile(path, 'utf8'));
    if (records) return { records, total: records.length };
  } catch (error) {
    throw new UsageError(w.unreadable(path, (error as NodeJS.ErrnoException).code ?? w.unknownFailure));
  }
  throw new UsageError(t.notList(path));
}

function listIn(text: string): IntakeRecord[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (Array.isArray(value)) return value;
  const { records } = (value ?? {}) as { records?: unknown };
  return Array.isArray(records) ? records : null;
}

async function* lines(stream: Readable, name: string): AsyncGenerator<IntakeRecord> {
  let number = 0;
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    if (line.trim() === '') continue;
    let record: unknown;
    try {
      record = JSON.parse(line);
    } catch {
      // The parser's message quotes the line, so it is not shown.
      throw new UsageError(t.notJson(number, name));
    }
    yield record as IntakeRecord;
  }
}

async function countLines(path: string): Promise<number> {
  let total = 0;
  for await (const line of createInterface({ input: createReadStream(path) }))
    if (line.trim() !== '') total++;
  return total;
}
