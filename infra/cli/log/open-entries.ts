/** Opens the entries of a log with an auditor's rights, and compares them with the verified leaves. */

import type { Fieldgate } from '../../../shared/client/connect.ts';
import { asCommitted } from '../../../shared/client/evidence/shown.ts';
import type { LogEntry } from '../../../shared/client/wire/types.ts';
import { leafHash } from '../../../shared/log/entry/leaf.ts';
import { sha256 } from '../../../shared/log/node-crypto.ts';

export interface Opened {
  /** Opened entries: those with both halves, and those whose person's half is erased. */
  whole: number;
  erased: number;
  /** Ids of leaves with commitments whose entries the gateway does not show: no erasure does that. */
  hidden: string[];
  /** How many these are. */
  closed: number;
  /** Ids of entries whose openings differ from the leaf's commitments. */
  bad: string[];
}

/**
 * @param leaves entry to the hash of its leaf (base64), for all verified leaves with commitments
 * @param from no leaf is older than this instant
 * @param onEntry called with each entry whose openings match
 * @throws FieldgateError
 */
export async function openEntries(
  gate: Fieldgate,
  leaves: ReadonlyMap<string, string>,
  from: string,
  onEntry?: (entry: LogEntry) => void,
): Promise<Opened> {
  const opened = { whole: 0, erased: 0, bad: [] as string[] };
  const hidden = new Set(leaves.keys());
  for await (const entry of gate.log({ from, limit: 1000, openings: 'yes' })) {
    const expected = leaves.get(entry.id);
    // A writer's own entry is in clear, and entries newer than the tree are left for the next check.
    if (expected === undefined) continue;
    hidden.delete(entry.id);
    const held = check(entry, expected);
    if (held === null) {
      opened.bad.push(entry.id);
      continue;
    }
    opened[held] += 1;
    onEntry?.(entry);
  }
  return { ...opened, hidden: [...hidden], closed: hidden.size };
}

/** @returns `null` unless the leaf is the expected one, and the entry shows what it commits to */
function check(entry: LogEntry, expected: string): 'whole' | 'erased' | null {
  const text = Buffer.from(String(entry['canonical'] ?? ''), 'base64').toString('utf8');
  if (leafHash(text).toString('base64') !== expected) return null;
  const held = asCommitted(sha256, Buffer.from(text), entry);
  // All leaves that are expected here have commitments.
  return held === 'clear' ? null : held;
}
