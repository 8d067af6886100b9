/** Scans stated reasons for words that indicate a prohibited use. */

import { isOfScript, onlyOfScript } from './scripts.ts';

export interface StopWords {
  rule: string;
  /** Already folded. */
  words: readonly string[];
  /** Characters written for others, such as traditional characters; one character to one. */
  variants?: Readonly<Record<string, string>>;
  /** The words as they are spelled in Latin letters. */
  spelled?: readonly string[];
  /** Phrases that hold a word and mean something else; already folded. */
  innocent?: readonly string[];
  /** Scripts written without spaces, by their Unicode names: their words are found whatever else stands in between. */
  unspaced?: readonly string[];
  /** Digits written for letters. */
  digits?: Readonly<Record<string, string>>;
  /** Purposes for which a word raises an alert and stops nothing. */
  alertOnly?: readonly string[];
  /** The department that decides on a request with such a word. Absent: such a request is refused. */
  review?: { task: string; to: readonly string[]; days: number };
}

/**
 * Normalises all ways to write a word. Compatibility forms, case, variants of characters and any characters
 * in between (spaces, punctuation, invisible characters, combining marks) are ignored.
 */
export function foldText(text: string, variants: StopWords['variants'] = {}): string {
  const folded = text
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]|\p{Lm}|\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase()
    .normalize('NFC');
  return Array.from(folded, (one) => (Object.hasOwn(variants, one) ? variants[one] : one)).join('');
}

/** A word of an unspaced script is also found between letters and digits, and any other between digits. */
export function holdsStopWord(
  { words, variants, spelled = [], unspaced = [], digits = {}, innocent = [] }: StopWords,
  text: string,
): boolean {
  // A boundary remains, so that the rest of a text does not join to a word.
  const folded = innocent.reduce((left, phrase) => left.replaceAll(phrase, '|'), foldText(text, variants));
  const parts = unspaced.map((script) => [script, onlyOfScript(script, folded)] as const);
  const letters = folded.replace(/\p{N}/gu, '');
  const read = Array.from(folded, (one) => (Object.hasOwn(digits, one) ? digits[one] : one)).join('');
  const isIn = (word: string) => [folded, letters, read].some((one) => one.includes(word));
  const found = (word: string) => {
    const own = parts.find(([script]) => isOfScript(script, word));
    return own ? own[1].includes(word) : isIn(word);
  };
  return words.some(found) || spelled.some(isIn);
}
