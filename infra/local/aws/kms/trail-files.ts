/** The local KMS's trail as the watch reads it. */

import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Trail } from './trail.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface RecordFile {
  name: string;
  at: number;
}

/** The part of a record that the watch uses: see functions/watch/trail.ts. */
interface RecordFiles {
  files(from: number, to: number): Promise<RecordFile[]>;
  /** @param since older records may be omitted, epoch milliseconds */
  read(file: RecordFile, since?: number): AsyncIterable<unknown>;
  late: null;
}

/** @param folder of `YYYY-MM-DD.jsonl` files, or `null` to keep new records in memory */
export function trailFiles(folder: string | null, trail: Trail): RecordFiles {
  return folder === null ? inMemory(trail) : inFolder(folder);
}

/** Bytes of a file between two known positions. */
const STRIDE = 1_000_000;

function inFolder(folder: string): RecordFiles {
  // The file of a day grows to hundreds of megabytes, and readers need its end. So this keeps positions in it
  // by time.
  const places = new Map<string, { at: number; offset: number }[]>();
  return {
    late: null,
    async files(from, to) {
      return readdirSync(folder)
        .map((name) => ({ name, at: Date.parse(name.slice(0, 10)) }))
        .filter(({ name, at }) => name.endsWith('.jsonl') && at + DAY > from && at < to);
    },
    async *read({ name }, since = 0) {
      const known = places.get(name) ?? [];
      places.set(name, known);
      let offset = known.findLast(({ at }) => at < since)?.offset ?? 0;
      let broken = 0;
      const input = createReadStream(join(folder, name), { start: offset });
      for await (const line of createInterface({ input })) {
        const start = offset;
        offset += Buffer.byteLength(line) + 1;
        // The last line may be incomplete, because it is still being written.
        if (!line.endsWith('}')) continue;
        const record = parsed(line);
        if (record === null) {
          broken += 1;
          continue;
        }
        if (start >= (known.at(-1)?.offset ?? 0) + STRIDE) {
          known.push({ at: Date.parse(record.eventTime), offset: start });
        }
        yield record;
      }
      // After all others: a power cut may have torn one line, and the rest of the day still counts.
      if (broken > 0) throw new SyntaxError(`${broken} lines of the trail are not JSON`);
    },
  };
}

function parsed(line: string): { eventTime: string } | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** By the hour, as CloudTrail's files are, so that a span of a long trail is read alone. */
function inMemory(trail: Trail): RecordFiles {
  const hours = new Map<number, unknown[]>();
  trail.subscribe((record) => {
    const hour = Math.floor(Date.parse(record.eventTime) / HOUR) * HOUR;
    const records = hours.get(hour) ?? [];
    records.push(record);
    hours.set(hour, records);
  });
  return {
    late: null,
    async files(from, to) {
      const within = [...hours.keys()].filter((at) => at + HOUR > from && at < to);
      return within.sort((a, b) => a - b).map((at) => ({ name: new Date(at).toISOString(), at }));
    },
    async *read({ at }) {
      yield* hours.get(at) ?? [];
    },
  };
}
