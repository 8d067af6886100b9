/** Whether an entry shows what its leaf commits to: each member, and nothing else. Runs in browsers too. */

import canonicalize from 'canonicalize';
import { fromBase64 } from '../../tree/base64.ts';
import { ACTOR_MEMBERS, type Opening, opens, PERSON_MEMBERS } from '../../tree/commitments.ts';
import type { Sha256 } from '../../tree/merkle.ts';

/** Members that an auditor may not open. */
const INSIDE: ReadonlySet<string> = new Set(['internal', 'area']);
const PERSON = PERSON_MEMBERS.filter((name) => !INSIDE.has(name));
/** Members that the entry has among its words. */
const WORDS: ReadonlySet<string> = new Set(['officer', 'person', 'case', 'reason', 'finding']);

/**
 * @param leaf its bytes, which the caller compares with the tree
 * @param entry the auditor's view, with its openings
 * @returns `clear` for a leaf without commitments, `erased` if the person's half is; `null` if a member is not opened, differs
 * from its commitment, or is shown otherwise
 */
export function asCommitted(
  sha256: Sha256,
  leaf: Uint8Array,
  entry: Readonly<Record<string, unknown>>,
): 'whole' | 'erased' | 'clear' | null {
  const place = parsed(new TextDecoder().decode(leaf));
  if (!place) return null;
  const { committed, ...rest } = place;
  if (!Object.entries(rest).every(([name, value]) => isSame(value, entry[name]))) return null;
  if (committed === undefined) return entry['kind'] === 'writer' ? 'clear' : null;
  const bytes = typeof committed === 'string' ? fromBase64(committed) : null;
  if (!bytes) return null;
  const openings = (entry['openings'] ?? {}) as Readonly<Record<string, Opening>>;
  const isHeld = (name: string) => {
    const opening = openings[name];
    return (
      opening !== undefined &&
      opens(sha256, bytes, name, opening) &&
      isShown(entry, name, openedValue(opening))
    );
  };
  // An entry's code is in one of its halves: with the person if it reveals one.
  const { event, code } = openings;
  const coded = openedValue(event?.text ? event : code);
  if (!isSame(coded, entry['code']) || !ACTOR_MEMBERS.every(isHeld)) return null;
  if (entry['erased'] !== true) return PERSON.every(isHeld) ? 'whole' : null;
  return PERSON.every((name) => !(name in openings) && isShown(entry, name, undefined)) ? 'erased' : null;
}

function isShown(entry: Readonly<Record<string, unknown>>, name: string, value: unknown): boolean {
  // Compared as one, and a digest that no view shows.
  if (name === 'event' || name === 'code' || name === 'request') return true;
  if (WORDS.has(name)) return isSame(value, (entry['words'] as Record<string, unknown> | undefined)?.[name]);
  return isSame(name === 'evidence' && value !== undefined ? parsed(String(value)) : value, entry[name]);
}

/** `undefined`: the entry has no such member, or it is not opened. */
function openedValue(opening: Opening | undefined): unknown {
  if (!opening?.text) return undefined;
  try {
    return JSON.parse(opening.text);
  } catch {
    return null;
  }
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isSame = (a: unknown, b: unknown): boolean => canonicalize(a) === canonicalize(b);
