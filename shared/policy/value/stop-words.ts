/** Scans stated reasons for words that indicate a prohibited use. */

export interface StopWords {
  rule: string;
  /** Already folded. */
  words: readonly string[];
  /** Characters replaced by others, such as traditional ones by simplified ones; one for one. */
  variants?: Readonly<Record<string, string>>;
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

/** A word in Han script also matches between letters and digits. */
export function holdsStopWord({ words, variants }: StopWords, text: string): boolean {
  const folded = foldText(text, variants);
  const han = folded.replace(/\P{Script=Han}/gu, '');
  return words.some((word) => (/^\p{Script=Han}+$/u.test(word) ? han : folded).includes(word));
}
