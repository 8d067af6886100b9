/**
 * Words that could be personal (officer, case, reason; the subject of an attempt; the digest of a request,
 * which could be guessed from) never stand in a leaf. The leaf commits to them with a salt; salt and word
 * lie in the words table and can be forgotten, after which the leaf still verifies and says nothing.
 */
import { hash, randomBytes } from 'node:crypto';
import { Problem } from '../errors.ts';

/**
 * `finding` and `keys` are of verifications and of refusals that depend on the person: why one ended as it did,
 * and which data keys were unwrapped. The body that asked may read the leaf, where the log is public, and must
 * not learn either.
 */
export const WORD_KINDS = [
  'officer',
  'case',
  'reason',
  'subject',
  'request',
  'finding',
  'keys',
  'evidence',
] as const;
export type WordKind = (typeof WORD_KINDS)[number];

/** Words that must not be told alike: one commitment in two leaves of a batch would tell that they agree. */
const APART: ReadonlySet<WordKind> = new Set(['subject', 'finding', 'keys']);

/** What opens one commitment. */
export interface Opening {
  kind: WordKind;
  /** 16 random bytes. */
  salt: Uint8Array;
  word: string;
}

/** Commitment (base64) to its opening, for one log item: leaves that say the same share one. */
export type Openings = Map<string, Opening>;

const DOMAIN = Buffer.from('fieldgate word v1\n');

/**
 * SHA-256(domain ‖ salt ‖ length of kind ‖ kind ‖ UTF-8 of word), base64. Injective: salt is 16 bytes, the
 * length one byte, and the word runs to the end.
 */
export function commitment({ kind, salt, word }: Opening): string {
  const name = Buffer.from(kind);
  const input = Buffer.concat([DOMAIN, salt, Buffer.of(name.length), name, Buffer.from(word, 'utf8')]);
  return hash('sha256', input, 'base64');
}

/** Whether the opening is what the leaf committed to. */
export function opens(committed: string, opening: Opening): boolean {
  return opening.salt.length === 16 && commitment(opening) === committed;
}

/**
 * Commits to each word once an item: the same word in many leaves of an item has one commitment, but for words
 * that must not be told alike.
 * @throws Problem INVALID_REQUEST when a word holds a lone surrogate, which has no bytes of its own.
 */
export function committer(): {
  openings: Openings;
  commit(words: Readonly<Partial<Record<WordKind, string>>>): Partial<Record<WordKind, string>> | undefined;
} {
  const openings: Openings = new Map();
  const known = new Map<string, string>();
  return {
    openings,
    commit(words) {
      const committed: Partial<Record<WordKind, string>> = {};
      for (const kind of WORD_KINDS) {
        const word = words[kind];
        if (word === undefined) continue;
        const key = `${kind}\n${word}`;
        let value = APART.has(kind) ? undefined : known.get(key);
        if (value === undefined) {
          checkWord(kind, word);
          const opening = { kind, salt: randomBytes(16), word };
          value = commitment(opening);
          openings.set(value, opening);
          known.set(key, value);
        }
        committed[kind] = value;
      }
      return Object.keys(committed).length > 0 ? committed : undefined;
    },
  };
}

function checkWord(kind: WordKind, word: string): void {
  if (!word.isWellFormed()) {
    throw new Problem('INVALID_REQUEST', { errors: [{ path: kind, message: 'is not well-formed text' }] });
  }
}
