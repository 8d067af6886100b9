/** Converts an entry to the texts of its members, which a leaf commits to, and back. */

import canonicalize from 'canonicalize';
import { DATA_KINDS } from '../../entry-kinds.ts';
import { Problem } from '../../errors.ts';
import { commonTexts } from '../../messages/common.ts';
import { MEMBERS, type Member } from '../../tree/commitments.ts';
import type { Entry, NewEntry, WordKind, Words } from './entry.ts';

/** Member to its RFC 8785 text. Members that the entry does not have are absent. */
export type Texts = Readonly<Partial<Record<Member, string>>>;

const ABOUT_DATA: ReadonlySet<string> = new Set(DATA_KINDS);

/**
 * @throws Problem INVALID_REQUEST for a word with a lone surrogate; INTERNAL for personal data without owners
 * (A4.2), which the types can't express
 */
export function textsOf({ words = {}, ...entry }: NewEntry): Texts {
  const said: Partial<Record<string, unknown>> = { ...entry };
  if (ABOUT_DATA.has(entry.kind) && !(said['owners'] as readonly string[] | undefined)?.length) {
    throw new Problem('INTERNAL', { detail: commonTexts.entryWithoutOwners });
  }
  // The name of an alert or of an act on the gateway does not depend on a person.
  if (!ABOUT_DATA.has(entry.kind)) {
    said['event'] = entry.code;
    said['code'] = undefined;
  }
  said['forms'] = formsOf(said['fields'] as Entry['fields']);
  for (const [kind, word] of Object.entries(words) as [WordKind, string][]) {
    checkWord(kind, word);
    said[kind === 'subject' ? 'internal' : kind] = word;
  }
  const texts: Partial<Record<Member, string>> = {};
  for (const name of MEMBERS) {
    const value = said[name];
    if (value === undefined || isEmpty(value)) continue;
    texts[name] = canonicalize(value) as string;
  }
  return texts;
}

function formsOf(fields: Entry['fields'] = {}): string[] {
  return [...new Set(Object.values(fields).flatMap((forms) => Object.values(forms)))].sort();
}

/** An empty list means the same as none. */
function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** @throws Problem INVALID_REQUEST for a word with a lone surrogate, which UTF-8 can't encode. */
function checkWord(kind: WordKind, word: string): void {
  if (!word.isWellFormed()) {
    throw new Problem('INVALID_REQUEST', { errors: [{ path: kind, message: commonTexts.notWellFormed }] });
  }
}

const WORDS: ReadonlySet<string> = new Set([
  'officer',
  'person',
  'case',
  'reason',
  'request',
  'finding',
  'evidence',
  'area',
]);

/** Members and words of an entry whose texts were compared with the leaf. */
export function entryFrom(texts: Texts): { said: Partial<Entry>; words: Words } {
  const said: Record<string, unknown> = {};
  const words: Partial<Record<WordKind, string>> = {};
  for (const [name, text] of Object.entries(texts)) {
    const value: unknown = JSON.parse(text);
    if (name === 'internal') words.subject = String(value);
    else if (WORDS.has(name)) words[name as WordKind] = String(value);
    else said[name === 'event' ? 'code' : name] = value;
  }
  return { said: said as Partial<Entry>, words };
}
