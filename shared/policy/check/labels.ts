/** Whether a text names a category of a person. It depends on the text only, so that no test reads the record. */

import type { Pack } from '../pack/pack.ts';
import { onlyOfScript } from '../value/scripts.ts';
import { foldText } from '../value/stop-words.ts';

/**
 * Words are found as whole words, those of a script without spaces wherever they stand, and a single character of one outside of
 * the phrases in which it means something else.
 */
export function namesAKind({ stories, words, stopWords }: Pack, text: string): boolean {
  if (!stories) return false;
  const { labels, except, innocent = [] } = stories;
  const values = labels.flatMap((field) => Object.entries(words?.values[field] ?? {}));
  const named = values
    .filter(([value]) => !except.includes(value))
    .flatMap(([, text]) => Object.values(text));
  const folded = foldText(text, stopWords.variants);
  const rest = innocent.reduce((left, phrase) => left.replaceAll(phrase, '|'), folded);
  const { unspaced = [] } = stopWords;
  const isUnspaced = (word: string) => unspaced.some((script) => onlyOfScript(script, word) !== '');
  // A character of a script without spaces ends a word of another.
  const latin = ` ${text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/./gu, (one) => (isUnspaced(one) ? ' ' : one))
    .replace(/[^\p{L}\p{N}']+/gu, ' ')} `;
  // Short labels of a script with spaces, such as those of peoples, are common words.
  const long = named.filter((word) => (isUnspaced(word) ? [...word].length > 1 : word.length > 3));
  return [...long, ...stories.words].some((word) => {
    if (!isUnspaced(word)) return latin.includes(` ${word.toLowerCase()} `);
    const needle = foldText(word, stopWords.variants);
    return ([...needle].length > 1 ? folded : rest).includes(needle);
  });
}
