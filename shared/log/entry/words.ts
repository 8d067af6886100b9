/**
 * Words that could be personal (officer, case, reason; the subject of an attempt; the digest of a request,
 * which could be guessed from) never stand in a leaf. The leaf commits to them with a salt. The words lie sealed
 * beside it (`seal-words.ts`) under a key that can be forgotten, from which the salts follow too; after that the
 * leaf still verifies and says nothing.
 */
import { hash } from 'node:crypto';
import { Problem } from '../../errors.ts';

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
  'area',
] as const;
export type WordKind = (typeof WORD_KINDS)[number];

export type Words = Readonly<Partial<Record<WordKind, string>>>;

/** What opens one commitment. */
export interface Opening {
  kind: WordKind;
  /** 16 random bytes. */
  salt: Uint8Array;
  word: string;
}

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

/** @throws Problem INVALID_REQUEST when a word holds a lone surrogate, which has no bytes of its own. */
export function checkWord(kind: WordKind, word: string): void {
  if (!word.isWellFormed()) {
    throw new Problem('INVALID_REQUEST', { errors: [{ path: kind, message: 'is not well-formed text' }] });
  }
}
