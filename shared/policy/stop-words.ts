/** The scan of stated reasons for words that point at a prohibited use. */

/**
 * One text for all the ways to write a word: compatibility forms, case, and anything put between its
 * characters (spaces, punctuation, invisible characters, combining marks) do not count.
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase()
    .normalize('NFC');
}

/** @param words already folded */
export function holdsStopWord(words: readonly string[], text: string): boolean {
  const folded = foldText(text);
  return words.some((word) => folded.includes(word));
}
