/**
 * The entry of a leaf, sealed in its item: each half under a key of its own (`secrets.ts`). Once the key of a
 * half is forgotten, the half can't be opened, and guesses can't be tested against its commitments.
 */
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { ACTOR_MEMBERS, type Member, PERSON_MEMBERS } from '../../tree/commitments.ts';
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

/** A text, or its position among the shared ones and the key of that. */
type Held = string | { at: number; key: Uint8Array };

/** Shorter texts are sealed in each leaf. */
const SHARED_CHARACTERS = 64;
const NONCE = 12;
const TAG = 16;
const KEY = 32;
/** Sealed text is padded to a multiple of this, so that its length reveals little. */
const BLOCK = 64;
/** In a half, a byte names the member: its place in the table of the half, with this bit if its text is a shared one. */
const IS_SHARED = 0x80;
/** No member has this place: the rest of a half is padding. */
const END = 0xff;
/** Bytes of a length or position. */
const NUMBER = 3;

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
    const key = randomBytes(KEY);
    const held = { at: shared.push(seal(key, framed(text))) - 1, key };
    places.set(text, held);
    return held;
  };
  const sealHalf = ({ key }: Half, texts: Texts, names: readonly Member[]) => {
    const held = names.flatMap((name, place) => {
      const text = texts[name];
      return text === undefined ? [] : formatHeld(place, hold(text));
    });
    return seal(key, Buffer.concat(held));
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
    let plain = 0;
    for (const text of Object.values(texts)) {
      if (text.length >= SHARED_CHARACTERS) long.add(text);
      // The shared text's key replaces the text.
      plain += 1 + NUMBER + (text.length < SHARED_CHARACTERS ? Buffer.byteLength(text) : NUMBER + KEY);
    }
    // Two halves, each with its padding.
    size += blobSize(plain) + blobSize(0) + BLOCK;
  }
  for (const text of long) size += blobSize(NUMBER + Buffer.byteLength(text));
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
    const names = half === 'actors' ? ACTOR_MEMBERS : PERSON_MEMBERS;
    const plain = open(key, sealed[half][leaf]);
    const texts: Partial<Record<Member, string>> = {};
    for (let at = 0; at < plain.length && plain[at] !== END; ) {
      const mark = plain.readUInt8(at);
      const name = names[mark & ~IS_SHARED];
      if (name === undefined) return null;
      const number = plain.readUIntBE(at + 1, NUMBER);
      at += 1 + NUMBER;
      const length = mark & IS_SHARED ? KEY : number;
      const bytes = plain.subarray(at, at + length);
      if (bytes.length < length) return null;
      texts[name] = mark & IS_SHARED ? unframed(open(bytes, sealed.shared[number])) : bytes.toString('utf8');
      at += length;
    }
    return texts;
  } catch {
    return null;
  }
}

function formatHeld(place: number, held: Held): Uint8Array[] {
  if (typeof held === 'string') return [Buffer.of(place), framed(held)];
  return [Buffer.of(place | IS_SHARED), numberOf(held.at), held.key];
}

/** Length ‖ text. */
function framed(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([numberOf(bytes.length), bytes]);
}

function unframed(plain: Buffer): string {
  return plain.subarray(NUMBER, NUMBER + plain.readUIntBE(0, NUMBER)).toString('utf8');
}

function numberOf(value: number): Buffer {
  const bytes = Buffer.alloc(NUMBER);
  bytes.writeUIntBE(value, 0, NUMBER);
  return bytes;
}

/** nonce ‖ AES-256-GCM ‖ tag. */
function seal(key: Uint8Array, plain: Buffer): Uint8Array {
  const padded = Buffer.alloc(Math.ceil(plain.length / BLOCK) * BLOCK, END);
  plain.copy(padded);
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', createSecretKey(key), nonce, { authTagLength: TAG });
  return Buffer.concat([nonce, cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Uint8Array, sealed: Uint8Array | undefined): Buffer {
  const bytes = Buffer.from(sealed ?? []);
  if (bytes.length < NONCE + TAG) throw new RangeError('too short');
  const cipher = createDecipheriv('aes-256-gcm', createSecretKey(key), bytes.subarray(0, NONCE), {
    authTagLength: TAG,
  });
  cipher.setAuthTag(bytes.subarray(-TAG));
  return Buffer.concat([cipher.update(bytes.subarray(NONCE, -TAG)), cipher.final()]);
}
