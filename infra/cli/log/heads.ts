/**
 * Compares the heads of the records with the writes in the log. If both tables were rolled back together, the
 * comparison fails, because the log's intake entries contain the digest of each sheet.
 */

import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { LogEntry } from '../../../shared/client/wire/types.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { readNamed } from '../terminal/named-files.ts';

const { files: t } = await texts('log');

export interface Head {
  version: number;
  digest: string;
}

export interface HeadsChecked {
  checked: number;
  bad: string[];
  /** Heads that lack a last write whose process ended: it was logged, and may have died before it moved the head. */
  unfinished: string[];
}

/** Entries that a process can have begun before it ended. */
export const LAST = 64;

const subjectOf = (key: string) => key.slice(0, key.indexOf(' '));

interface Write extends Head {
  writer: string;
  seq: number;
}

export interface HeadCheck {
  /** Called with every opened entry of the log, in any order. */
  entry(entry: LogEntry): void;
  /** Heads that differ from the last write in the log, or of a record that is gone, as `<log id> <owner>`. */
  end(): HeadsChecked;
}

/** Compares heads, by `<log id> <owner>`, with the last write of each in the log. */
export function checkHeads(heads: ReadonlyMap<string, Head>): HeadCheck {
  const written = new Map<string, Write[]>();
  const ends = new Map<string, number>();
  /** Records that were committed: others use them, or their write was not the first. */
  const committed = new Set<unknown>();
  /** Records that were erased, or joined another. */
  const over = new Set<unknown>();
  return {
    entry(entry) {
      const [writer, seq] = [String(entry['writer']), Number(entry['seq'])];
      ends.set(writer, Math.max(seq, ends.get(writer) ?? 0));
      const subject = entry['subject'];
      const sheet = entry['sheet'] as unknown as (Head & { owner: string }) | undefined;
      if (subject === undefined) return;
      if (entry['erased'] || entry.kind === 'erasure' || entry['outcome'] === 'joined') over.add(subject);
      if (!sheet || sheet.version > 1) committed.add(subject);
      if (!sheet) return;
      const key = `${subject} ${sheet.owner}`;
      // Items of different writers may enter the tree in another order than their commits, and one of two concurrent
      // writes of a version was not committed.
      const { version, digest } = sheet;
      written.set(key, [...(written.get(key) ?? []), { version, digest, writer, seq }]);
    },
    end() {
      const unfinished: string[] = [];
      const bad: string[] = [];
      for (const [key, head] of heads) {
        const writes = written.get(key) ?? [];
        const known = writes.some(
          ({ version, digest }) => version === head.version && digest === head.digest,
        );
        const later = writes.filter(({ version }) => version > head.version);
        const cut = ({ version, writer, seq }: Write) =>
          version === head.version + 1 && (ends.get(writer) ?? 0) - seq <= LAST;
        if (!known || !later.every(cut)) bad.push(key);
        else if (later.length > 0) unfinished.push(key);
      }
      const present = new Set([...heads.keys()].map(subjectOf));
      for (const key of written.keys()) {
        const subject = subjectOf(key);
        if (!present.has(subject) && !over.has(subject))
          (committed.has(subject) ? bad : unfinished).push(key);
      }
      return { checked: heads.size, bad, unfinished };
    },
  };
}

/** Heads as an auditor gets them from the gateway. @throws FieldgateError */
export async function liveHeads(gate: Fieldgate): Promise<Map<string, Head>> {
  const heads = new Map<string, Head>();
  for await (const { logId, owner, ...head } of gate.items('GET /v1/log/heads', 'heads', {}))
    heads.set(`${logId} ${owner}`, head);
  return heads;
}

/**
 * @param path output of `aws dynamodb scan` of the keys table, or lines of items as in an export (`{"Item":
 * {…}}` or the item itself). Only `logId` and `head.<owner>` of each item are read.
 * @throws UsageError
 */
export function readHeads(path: string): Map<string, Head> {
  const heads = new Map<string, Head>();
  const text = readNamed(path);
  const whole = itemsIn(text);
  const lines = whole ? [] : text.split('\n').filter(Boolean);
  for (const item of whole ?? []) addHeads(heads, item);
  lines.forEach((line, at) => {
    for (const item of itemsIn(line) ?? refuse(path, at)) addHeads(heads, item);
  });
  return heads;
}

type Item = Record<string, { S?: string } | undefined>;

/** An exported line, a plain item, or the complete answer of a scan; `null` if it is not JSON. */
function itemsIn(line: string): Item[] | null {
  try {
    const value = JSON.parse(line);
    return value.Items ?? [value.Item ?? value];
  } catch {
    return null;
  }
}

function addHeads(heads: Map<string, Head>, item: Item): void {
  const logId = item['logId']?.S;
  if (logId === undefined || item['erased']) return;
  for (const [name, value] of Object.entries(item)) {
    const match = /^([1-9]\d{0,14})\.((?:s2\.)?[\w-]{43})$/.exec(value?.S ?? '');
    if (name.startsWith('head.') && match) {
      heads.set(`${logId} ${name.slice(5)}`, { version: Number(match[1]), digest: match[2] as string });
    }
  }
}

function refuse(path: string, at: number): never {
  throw new UsageError(t.notJson(path, at + 1));
}
