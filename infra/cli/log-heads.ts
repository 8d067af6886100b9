/**
 * Compares the heads of the records with what the log says was written. Both tables rolled back together
 * fail here: the log's intake entries carry the digest of each sheet.
 */
import { readFileSync } from 'node:fs';
import type { Entry } from '../../shared/log/entry.ts';
import { UsageError } from './failures.ts';

interface Head {
  version: number;
  digest: string;
}

export interface HeadCheck {
  /** Sees every entry of the log, in order. */
  entry(entry: Entry): void;
  /** Heads that differ from the last write that the log knows, as `<log id> <owner>`. */
  end(): { checked: number; bad: string[] };
}

/**
 * @param path lines of the keys table as `aws dynamodb scan` or an export writes items (`{"Item": {…}}` or
 *   the item itself); of each, `logId` and `head.<owner>` are read and nothing else.
 * @throws UsageError
 */
export function checkHeads(path: string): HeadCheck {
  const heads = readHeads(path);
  const written = new Map<string, Head>();
  return {
    entry({ subject, sheet }) {
      if (subject === undefined || sheet === undefined) return;
      const key = `${subject} ${sheet.owner}`;
      // Writers' items may come into the tree in another order than that of the commits.
      if ((written.get(key)?.version ?? 0) <= sheet.version) written.set(key, sheet);
    },
    end() {
      const bad = [...heads].filter(([key, head]) => {
        const last = written.get(key);
        return last?.version !== head.version || last.digest !== head.digest;
      });
      return { checked: heads.size, bad: bad.map(([key]) => key) };
    },
  };
}

function readHeads(path: string): Map<string, Head> {
  const heads = new Map<string, Head>();
  let lines: string[];
  try {
    lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  lines.forEach((line, at) => {
    for (const item of itemsIn(line) ?? refuse(path, at)) addHeads(heads, item);
  });
  return heads;
}

type Item = Record<string, { S?: string } | undefined>;

/** An exported line, a plain item, or the whole answer of a scan. */
function itemsIn(line: string): Item[] | null {
  try {
    const value = JSON.parse(line);
    return value.Items ?? [value.Item ?? value];
  } catch {
    return null;
  }
}

function addHeads(heads: Map<string, Head>, item: Item): void {
  const logId = item.logId?.S;
  if (logId === undefined || item.erased) return;
  for (const [name, value] of Object.entries(item)) {
    const match = /^([1-9]\d{0,14})\.([\w-]{43})$/.exec(value?.S ?? '');
    if (name.startsWith('head.') && match) {
      heads.set(`${logId} ${name.slice(5)}`, { version: Number(match[1]), digest: match[2] as string });
    }
  }
}

function refuse(path: string, at: number): never {
  throw new UsageError(`${path}: line ${at + 1} is no JSON.`);
}
