/** Words of the terminal that several rooms show. */
import type { Text } from '../../../shared/language.ts';
import { spoken, texts } from '../messages/language.ts';

const { codes } = await texts('terminal');

/** The word for a code of a state, form or kind. JSON keeps the code. */
export const word = (code: string) => (Object.hasOwn(codes, code) ? (codes[code] as string) : code);

/** The same for the outcome of an entry or of a task: whom it favours follows from what it closes. */
export const outcomeWord = (kind: string, outcome: string) =>
  Object.hasOwn(codes, `${kind}:${outcome}`) ? (codes[`${kind}:${outcome}`] as string) : word(outcome);

export const wordsFor = (list: readonly string[]) => list.map(word).join(', ');

/** The form of a value, and the way to it in the pack's words; without words its name. */
export function wayInWords(form: string, way: Text | undefined, name: string | undefined): string {
  return name === undefined ? word(form) : `${word(form)} (${way ? spoken(way) : name})`;
}

/** Each duty with what it says. */
export const dutiesInWords = (duties: readonly string[], words: Readonly<Record<string, Text>> = {}) =>
  duties.map((duty) => (words[duty] ? `${duty}: ${spoken(words[duty])}` : duty)).join(' ');
