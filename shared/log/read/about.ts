/**
 * The persons of entries that this process has opened, by the places of the entries. What was written in the last seconds is in
 * no index yet, so each search for a person's entries would read and open all of it again. An item never changes. As the index,
 * this holds ids, and what it leads to is read and opened again.
 */
import type { Found } from './found.ts';
import type { OpenedEntry } from './openings.ts';
import { isNamed, type SubjectNames } from './subject-names.ts';

/** The ids by which one leaf names a person: none, or several. */
type Names = readonly string[];

/** The leaves of an item. Of a leaf that was not opened whole nothing is known. */
type Leaves = (Names | undefined)[];

/** Items that are kept: more than the whole gateway writes before they are in the index. */
const KEPT = 5000;
const known = new Map<string, Leaves>();

/** @param leaves how many the item has */
export function noteAbout(
  { writer, seq, leaf, leaves }: { writer: string; seq: number; leaf: number; leaves: number },
  { entry, words, erased, mismatched, halves }: OpenedEntry,
): void {
  const whole = entry && !erased && mismatched.length === 0 && (halves.person || entry.kind === 'writer');
  if (!whole) return;
  const item = `${writer}-${seq}`;
  const all = known.get(item) ?? Array.from<undefined>({ length: leaves });
  all[leaf] = [entry.subject, words.subject].filter((name) => name !== undefined);
  known.set(item, all);
  if (known.size > KEPT) known.delete(known.keys().next().value as string);
}

/** Whether an item may have an entry about the subject: no, if each of its leaves is known to be about others. */
export function mayBeAbout({ writer, seq }: Pick<Found, 'writer' | 'seq'>, subject: SubjectNames): boolean {
  const leaves = known.get(`${writer}-${seq}`);
  return leaves?.every((names) => names && !isNamed(subject, names)) !== true;
}
