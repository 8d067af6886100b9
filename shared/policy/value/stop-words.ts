/** Scans stated reasons for words that indicate a prohibited use. */

import type { PackSource } from '../schema/schema.ts';
import { isOfScript, onlyOfScript } from './scripts.ts';

/** As compiled: words, phrases and spellings are folded already. */
type StopWords = PackSource['stopWords'];

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
export function holdsStopWord(stopWords: StopWords, text: string): boolean {
  if (text === '') return false;
  const { variants, spelled = [], unspaced = [], digits = {}, innocent = [] } = stopWords;
  // A boundary remains, so that the rest of a text does not join to a word.
  const folded = innocent.reduce((left, phrase) => left.replaceAll(phrase, '|'), foldText(text, variants));
  const parts = new Map(unspaced.map((script) => [script, onlyOfScript(script, folded)]));
  const letters = folded.replace(/\p{N}/gu, '');
  const read = Array.from(folded, (one) => (Object.hasOwn(digits, one) ? digits[one] : one)).join('');
  const texts = [folded, letters, read];
  const disguised = STRANGE.test(folded) ? texts.map((one) => one.replaceAll(STRANGERS, ANY)) : [];
  const isIn = (word: string) =>
    texts.some((one) => one.includes(word)) || disguised.some((one) => holdsDisguised(one, word));
  const found = ([word, script]: readonly [string, string | undefined]) =>
    script === undefined ? isIn(word) : parts.get(script)?.includes(word);
  return withScripts(stopWords).some(found) || spelled.some(isIn);
}

/* Letters that look like those of a-z, of the Latin script (ƒ, ı) and others (Armenian ս, Cyrillic а), stand for any letter. */

const STRANGE =
  /[^a-z\p{N}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}|]/u;
const STRANGERS = new RegExp(STRANGE, 'gu');
const ANY = '?';

/** Whether a text holds a word of a-z in which at most half of the letters are strangers. */
function holdsDisguised(text: string, word: string): boolean {
  if (!/^[a-z]+$/.test(word)) return false;
  for (let from = 0; from + word.length <= text.length; from++) {
    let strangers = 0;
    let at = 0;
    for (; at < word.length; at++) {
      const letter = text[from + at];
      if (letter === ANY) strangers += 1;
      else if (letter !== word[at]) break;
    }
    if (at === word.length && strangers > 0 && 2 * strangers <= word.length) return true;
  }
  return false;
}

/** The words, each with the unspaced script that it is written in. They are the same for every text. */
function withScripts(stopWords: StopWords): readonly (readonly [string, string | undefined])[] {
  const known = scripts.get(stopWords);
  if (known) return known;
  const { words, unspaced = [] } = stopWords;
  const made = words.map((word) => [word, unspaced.find((script) => isOfScript(script, word))] as const);
  scripts.set(stopWords, made);
  return made;
}

const scripts = new WeakMap<StopWords, readonly (readonly [string, string | undefined])[]>();
