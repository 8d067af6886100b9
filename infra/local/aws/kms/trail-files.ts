/** The local KMS's record, as the watch reads it. */

import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Trail } from './trail.ts';

const DAY = 86_400_000;

interface RecordFile {
  name: string;
  at: number;
}

/** What the watch asks of a record: see functions/watch/trail.ts. */
interface RecordFiles {
  files(from: number, to: number): Promise<RecordFile[]>;
  read(file: RecordFile): AsyncIterable<unknown>;
  late: null;
}

/** @param folder of `YYYY-MM-DD.jsonl` files, or `null` to keep what comes from now on in memory */
export function trailFiles(folder: string | null, trail: Trail): RecordFiles {
  return folder === null ? inMemory(trail) : inFolder(folder);
}

function inFolder(folder: string): RecordFiles {
  return {
    late: null,
    async files(from, to) {
      return readdirSync(folder)
        .map((name) => ({ name, at: Date.parse(name.slice(0, 10)) }))
        .filter(({ name, at }) => name.endsWith('.jsonl') && at + DAY > from && at < to);
    },
    async *read({ name }) {
      for await (const line of createInterface({ input: createReadStream(join(folder, name)) })) {
        // The last line may still be on its way.
        if (line.endsWith('}')) yield JSON.parse(line);
      }
    },
  };
}

function inMemory(trail: Trail): RecordFiles {
  const records: unknown[] = [];
  trail.subscribe((record) => records.push(record));
  return {
    late: null,
    files: async () => [{ name: 'memory', at: 0 }],
    async *read() {
      yield* records;
    },
  };
}
