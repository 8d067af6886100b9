/**
 * Words that could be personal (officer, case, reason; the subject of an attempt; the digest of a request,
 * which could be guessed from) never stand in a leaf. The leaf commits to them with a salt. The words lie sealed
 * beside it (`seal-words.ts`) under a key that can be forgotten, from which the salts follow too; after that the
 * leaf still verifies and says nothing.
 */
import { createCipheriv, createDecipheriv, createSecretKey, hash, randomBytes } from 'node:crypto';
import { Problem } from '../../errors.ts';

/**
 * `person` is the issuer and subject of an officer who has logged in, as JSON. `finding` and `keys` are of verifications and of refusals that depend on the person: why one ended as it did,
 * and which data keys were unwrapped. The body that asked may read the leaf, where the log is public, and must
 * not learn either.
 */
export const WORD_KINDS = [
  'officer',
  'person',
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

/*
 * Seals the words of an item's leaves into the item, each leaf's under a key of its own (`word-keys.ts`), from
 * which the salts of its commitments follow too. Once the key is forgotten, nobody can open them or try
 * guesses at the commitments.
 */

export interface SealedWords {
  /** One a leaf; empty for a leaf without words. */
  leaves: readonly Uint8Array[];
  /** Words that several leaves have, each under a key that those leaves hold. */
  shared: readonly Uint8Array[];
}

/** A word, or where it stands among the shared ones and its key (base64). */
type Held = string | [number, string];

/** Shorter words are sealed in each leaf. */
const SHARED_CHARACTERS = 64;
const NONCE = 12;
const TAG = 16;
/** Sealed text is filled up to a multiple of this, so that its length tells little. */
const BLOCK = 64;
const SALT_DOMAIN = Buffer.from('fieldgate word salt v1\n');
const SEAL_DOMAIN = Buffer.from('fieldgate word seal v1\n');

/** @returns the words' commitments. @throws Problem INVALID_REQUEST for a word that has no bytes of its own */
export function commitWords(key: Uint8Array, words: Words): Partial<Record<WordKind, string>> {
  const committed: Partial<Record<WordKind, string>> = {};
  for (const kind of WORD_KINDS) {
    const word = words[kind];
    if (word === undefined) continue;
    checkWord(kind, word);
    committed[kind] = commitment({ kind, salt: saltOf(key, kind), word });
  }
  return committed;
}

/** @param leaves key and words of each leaf, `null` for a leaf without words */
export function sealWords(leaves: readonly ({ key: Uint8Array; words: Words } | null)[]): SealedWords {
  const counts = new Map<string, number>();
  for (const one of leaves) {
    for (const word of Object.values(one?.words ?? {})) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const shared: Uint8Array[] = [];
  const places = new Map<string, Held>();
  const hold = (word: string): Held => {
    if (word.length < SHARED_CHARACTERS || (counts.get(word) ?? 0) < 2) return word;
    const known = places.get(word);
    if (known) return known;
    const key = randomBytes(32);
    const held: Held = [shared.push(seal(key, JSON.stringify(word))) - 1, key.toString('base64')];
    places.set(word, held);
    return held;
  };
  const sealed = leaves.map((one) => {
    if (!one) return new Uint8Array();
    const held = Object.entries(one.words).map(([kind, word]) => [kind, hold(word)]);
    return seal(one.key, JSON.stringify(Object.fromEntries(held)));
  });
  return { leaves: sealed, shared };
}

/** Upper bound of the bytes that words take sealed. */
export function sealedSize(leaves: readonly Words[]): number {
  const long = new Set<string>();
  let size = 0;
  for (const words of leaves) {
    let text = 2;
    for (const [kind, word] of Object.entries(words)) {
      if (word.length >= SHARED_CHARACTERS) long.add(word);
      // In place of a shared word stands its key.
      const held = word.length < SHARED_CHARACTERS ? Buffer.byteLength(JSON.stringify(word)) : 56;
      text += kind.length + held + 4;
    }
    size += blobSize(text);
  }
  for (const word of long) size += blobSize(Buffer.byteLength(JSON.stringify(word)));
  return size;
}

function blobSize(text: number): number {
  return NONCE + Math.ceil(text / BLOCK) * BLOCK + TAG;
}

/** @returns what a leaf's words open to, unproven; `null` where they were changed. */
export function openSealed(key: Uint8Array, { leaves, shared }: SealedWords, leaf: number): Words | null {
  try {
    const held = JSON.parse(open(key, leaves[leaf])) as Record<string, Held>;
    const words: Partial<Record<WordKind, string>> = {};
    for (const kind of WORD_KINDS) {
      const one = Object.hasOwn(held, kind) ? held[kind] : undefined;
      if (one === undefined) continue;
      const word =
        typeof one === 'string' ? one : JSON.parse(open(Buffer.from(one[1], 'base64'), shared[one[0]]));
      words[kind] = String(word);
    }
    return words;
  } catch {
    return null;
  }
}

/** SHA-256(domain ‖ key of the leaf ‖ kind), the first 16 bytes. */
export function saltOf(key: Uint8Array, kind: WordKind): Uint8Array {
  return hash('sha256', Buffer.concat([SALT_DOMAIN, key, Buffer.from(kind)]), 'buffer').subarray(0, 16);
}

/** nonce ‖ AES-256-GCM ‖ tag, under SHA-256(domain ‖ key). */
function seal(key: Uint8Array, text: string): Uint8Array {
  const plain = Buffer.from(text);
  const padded = Buffer.alloc(Math.ceil(plain.length / BLOCK) * BLOCK, ' ');
  plain.copy(padded);
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', sealKey(key), nonce, { authTagLength: TAG });
  return Buffer.concat([nonce, cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Uint8Array, sealed: Uint8Array | undefined): string {
  const bytes = Buffer.from(sealed ?? []);
  if (bytes.length < NONCE + TAG) throw new RangeError('too short');
  const cipher = createDecipheriv('aes-256-gcm', sealKey(key), bytes.subarray(0, NONCE), {
    authTagLength: TAG,
  });
  cipher.setAuthTag(bytes.subarray(-TAG));
  const plain = Buffer.concat([cipher.update(bytes.subarray(NONCE, -TAG)), cipher.final()]);
  return plain.toString('utf8');
}

function sealKey(key: Uint8Array) {
  return createSecretKey(hash('sha256', Buffer.concat([SEAL_DOMAIN, key]), 'buffer'));
}
