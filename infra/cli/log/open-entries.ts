/** Opens the entries of a log with an auditor's rights, and compares them with the verified leaves. */

import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { LogEntry } from '../../../shared/client/wire/types.ts';
import type { Json } from '../../../shared/json.ts';
import { leafHash } from '../../../shared/log/entry/leaf.ts';
import { sha256 } from '../../../shared/log/node-crypto.ts';
import { ACTOR_MEMBERS, type Opening, opens, PERSON_MEMBERS } from '../../../shared/tree/commitments.ts';

export interface Opened {
  /** Opened entries: those with both halves, and those whose person's half is erased. */
  whole: number;
  erased: number;
  /** Leaves with commitments for which no entry could be opened. */
  closed: number;
  /** Ids of entries whose openings differ from the leaf's commitments. */
  bad: string[];
}

/** Members that an auditor may not open. */
const INSIDE: ReadonlySet<string> = new Set(['internal', 'area']);

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
  const opened: Opened = { whole: 0, erased: 0, closed: leaves.size, bad: [] };
  for await (const entry of gate.log({ from, limit: 1000, openings: 'yes' })) {
    const expected = leaves.get(entry.id);
    // A writer's own entry is in clear, and entries newer than the tree are left for the next check.
    if (expected === undefined) continue;
    const held = check(entry, expected);
    if (held === null) {
      opened.bad.push(entry.id);
      continue;
    }
    opened[held] += 1;
    opened.closed -= 1;
    onEntry?.(entry);
  }
  return opened;
}

/** @returns `null` unless each member of a half opens, and the entry shows the opened values */
function check(entry: LogEntry, expected: string): 'whole' | 'erased' | null {
  const text = Buffer.from(String(entry['canonical'] ?? ''), 'base64').toString('utf8');
  if (leafHash(text).toString('base64') !== expected) return null;
  const { committed = '' } = JSON.parse(text) as { committed?: string };
  const bytes = Buffer.from(committed, 'base64');
  const openings = (entry['openings'] ?? {}) as unknown as Record<string, Opening>;
  const isHeld = (name: string) => {
    const opening = openings[name];
    return opening !== undefined && opens(sha256, bytes, name, opening) && says(entry, name, openings);
  };
  if (!ACTOR_MEMBERS.every(isHeld)) return null;
  const person = PERSON_MEMBERS.filter((name) => !INSIDE.has(name));
  if (entry['erased'] === true) return person.some((name) => name in openings) ? null : 'erased';
  return person.every(isHeld) ? 'whole' : null;
}

/** Whether the entry shows the opened value of the member. Words and signatures are shown separately. */
function says(entry: LogEntry, name: string, openings: Record<string, Opening>): boolean {
  const text = openings[name]?.text ?? '';
  const other = CODES.get(name);
  const shown = entry[other === undefined ? name : 'code'];
  if (shown === undefined) return true;
  if (other !== undefined && text === '') return (openings[other]?.text ?? '') !== '';
  const opened: Json = text === '' ? null : JSON.parse(text);
  return JSON.stringify(sorted(shown)) === JSON.stringify(sorted(opened));
}

/** An entry's code is in one of its halves: with the person if it reveals one. */
const CODES: ReadonlyMap<string, string> = new Map([
  ['event', 'code'],
  ['code', 'event'],
]);

function sorted(value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name] as Json)]));
}
