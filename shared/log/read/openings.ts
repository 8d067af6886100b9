/** Opens what leaves commit to, with the words sealed beside them. */

import type { Entry } from '../entry/entry.ts';
import { leafKey, type WordKeys } from '../entry/word-keys.ts';
import { openSealed, opens, saltOf, WORD_KINDS, type WordKind } from '../entry/words.ts';
import type { LogItem } from '../write/item.ts';

/** What is known of the words that a leaf commits to. */
export interface OpenedWords {
  words: Partial<Record<WordKind, string>>;
  /** Committed to, and the key is kept no more. */
  forgotten: WordKind[];
  /** What is kept is not what the leaf committed to: somebody changed it. */
  mismatched: WordKind[];
}

/** @param keys of the item's epoch; `undefined` where none are kept */
export function openWords(
  { committed, seq, leaf }: Entry,
  { words }: Pick<LogItem, 'words'>,
  keys: WordKeys | undefined,
): OpenedWords {
  const opened: OpenedWords = { words: {}, forgotten: [], mismatched: [] };
  const kinds = WORD_KINDS.filter((kind) => committed?.[kind] !== undefined);
  if (kinds.length === 0) return opened;
  const key = keys ? leafKey(keys, seq, leaf) : null;
  if (key === null) return { ...opened, forgotten: kinds };
  const found = words && openSealed(key, words, leaf);
  for (const kind of kinds) {
    const word = found?.[kind];
    const proven =
      word !== undefined && opens(committed?.[kind] ?? '', { kind, salt: saltOf(key, kind), word });
    if (proven) opened.words[kind] = word;
    else opened.mismatched.push(kind);
  }
  return opened;
}
