/**
 * The entry of a leaf, sealed in its item: each half under a key of its own (`secrets.ts`). Once the key of a
 * half is forgotten, the half can't be opened, and guesses can't be tested against its commitments.
 */
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { ACTOR_MEMBERS, MEMBERS, type Member, PERSON_MEMBERS } from '../../tree/commitments.ts';
import type { Texts } from './members.ts';
import type { Half } from './secrets.ts';

export interface SealedEntries {
  /** One for each leaf; empty for a leaf that is entirely in clear. */
  actors: readonly Uint8Array[];
  persons: readonly Uint8Array[];
  /** Texts that several leaves share, each under a key that those leaves contain. */
  shared: readonly Uint8Array[];
}

export interface Unsealed {
  actor: Half;
  person: Half;
  texts: Texts;
}

/** A text, or its position among the shared ones and its key (base64). */
type Held = string | [number, string];

/** Shorter texts are sealed in each leaf. */
const SHARED_CHARACTERS = 64;
const NONCE = 12;
const TAG = 16;
/** Sealed text is padded to a multiple of this, so that its length reveals little. */
const BLOCK = 64;

/** @param leaves `null` for a leaf that is entirely in clear */
export function sealEntries(leaves: readonly (Unsealed | null)[]): SealedEntries {
  const counts = new Map<string, number>();
  for (const one of leaves) {
    for (const text of Object.values(one?.texts ?? {})) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const shared: Uint8Array[] = [];
  const places = new Map<string, Held>();
  const hold = (text: string): Held => {
    if (text.length < SHARED_CHARACTERS || (counts.get(text) ?? 0) < 2) return text;
    const known = places.get(text);
    if (known) return known;
    const key = randomBytes(32);
    const held: Held = [shared.push(seal(key, JSON.stringify(text))) - 1, key.toString('base64')];
    places.set(text, held);
    return held;
  };
  const sealHalf = ({ key }: Half, texts: Texts, names: readonly Member[]) => {
    const held = names.flatMap((name) => {
      const text = texts[name];
      return text === undefined ? [] : [[name, hold(text)] as const];
    });
    return seal(key, JSON.stringify(Object.fromEntries(held)));
  };
  return {
    actors: leaves.map((one) => (one ? sealHalf(one.actor, one.texts, ACTOR_MEMBERS) : NOTHING)),
    persons: leaves.map((one) => (one ? sealHalf(one.person, one.texts, PERSON_MEMBERS) : NOTHING)),
    shared,
  };
}

const NOTHING = new Uint8Array();

/** Upper bound of the size of sealed entries in bytes. */
export function sealedSize(leaves: readonly Texts[]): number {
  const long = new Set<string>();
  let size = 0;
  for (const texts of leaves) {
    let plain = 4;
    for (const [name, text] of Object.entries(texts)) {
      if (text.length >= SHARED_CHARACTERS) long.add(text);
      // The shared text's key replaces the text.
      const held = text.length < SHARED_CHARACTERS ? Buffer.byteLength(JSON.stringify(text)) : 56;
      plain += name.length + held + 4;
    }
    // Two halves, each with its padding.
    size += blobSize(plain) + blobSize(0) + BLOCK;
  }
  for (const text of long) size += blobSize(Buffer.byteLength(JSON.stringify(JSON.stringify(text))));
  return size;
}

function blobSize(text: number): number {
  return NONCE + Math.ceil(text / BLOCK) * BLOCK + TAG;
}

/** @returns the opened half, not yet compared with the leaf; `null` if it was changed. */
export function openHalf(
  { key }: Half,
  half: 'actors' | 'persons',
  sealed: SealedEntries,
  leaf: number,
): Texts | null {
  try {
    const held = JSON.parse(open(key, sealed[half][leaf])) as Record<string, Held>;
    const texts: Partial<Record<Member, string>> = {};
    for (const name of MEMBERS) {
      const one = Object.hasOwn(held, name) ? held[name] : undefined;
      if (one === undefined) continue;
      const text =
        typeof one === 'string'
          ? one
          : JSON.parse(open(Buffer.from(one[1], 'base64'), sealed.shared[one[0]]));
      texts[name] = String(text);
    }
    return texts;
  } catch {
    return null;
  }
}

/** nonce ‖ AES-256-GCM ‖ tag. */
function seal(key: Uint8Array, text: string): Uint8Array {
  const plain = Buffer.from(text);
  const padded = Buffer.alloc(Math.ceil(plain.length / BLOCK) * BLOCK, ' ');
  plain.copy(padded);
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', createSecretKey(key), nonce, { authTagLength: TAG });
  return Buffer.concat([nonce, cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Uint8Array, sealed: Uint8Array | undefined): string {
  const bytes = Buffer.from(sealed ?? []);
  if (bytes.length < NONCE + TAG) throw new RangeError('too short');
  const cipher = createDecipheriv('aes-256-gcm', createSecretKey(key), bytes.subarray(0, NONCE), {
    authTagLength: TAG,
  });
  cipher.setAuthTag(bytes.subarray(-TAG));
  const plain = Buffer.concat([cipher.update(bytes.subarray(NONCE, -TAG)), cipher.final()]);
  return plain.toString('utf8');
}
