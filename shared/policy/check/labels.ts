/** Whether a text names a category of a person. It depends on the text only, so that no test reads the record. */

import type { Pack } from '../pack/pack.ts';
import { foldText } from '../value/stop-words.ts';

/** Words in Latin letters are found as whole words; others wherever they stand. */
export function namesAKind({ stories, words, stopWords }: Pack, text: string): boolean {
  if (!stories) return false;
  const { labels, except } = stories;
  const values = labels.flatMap((field) => Object.entries(words?.values[field] ?? {}));
  const named = values
    .filter(([value]) => !except.includes(value))
    .flatMap(([, text]) => Object.values(text));
  const folded = foldText(text, stopWords.variants);
  const latin = ` ${text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}']+/gu, ' ')} `;
  // Short English labels, such as those of peoples, are common words.
  const long = named.filter((word) => /\p{Script=Han}/u.test(word) || word.length > 3);
  return [...long, ...stories.words].some((word) => {
    if (!/\p{Script=Han}/u.test(word)) return latin.includes(` ${word.toLowerCase()} `);
    const needle = foldText(word, stopWords.variants);
    return [...needle].length > 1 && folded.includes(needle);
  });
}
