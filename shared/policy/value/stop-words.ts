/** The scan of stated reasons for words that point at a prohibited use. */

export interface StopWords {
  rule: string;
  /** Already folded. */
  words: readonly string[];
  /** Characters that are written for others, such as traditional ones; one character to one. */
  variants?: Readonly<Record<string, string>>;
}

/**
 * One text for all the ways to write a word: compatibility forms, case, variants of characters, and anything put
 * between its characters (spaces, punctuation, invisible characters, combining marks) do not count.
 */
export function foldText(text: string, variants: StopWords['variants'] = {}): string {
  const folded = text
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]|\p{Lm}|\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase()
    .normalize('NFC');
  return Array.from(folded, (one) => (Object.hasOwn(variants, one) ? variants[one] : one)).join('');
}

/** A word of Han script is found between letters and digits, too. */
export function holdsStopWord({ words, variants }: StopWords, text: string): boolean {
  const folded = foldText(text, variants);
  const han = folded.replace(/\P{Script=Han}/gu, '');
  return words.some((word) => (/^\p{Script=Han}+$/u.test(word) ? han : folded).includes(word));
}
