/**
 * The two secrets of each entry. One opens the actor's half and is kept. The other opens the person's half
 * and can be forgotten for each leaf. Each stretch of a chain (an epoch) has one random key at the root of a
 * binary tree of keys. Hashing derives two keys from each key, down to one for each item, and from that one
 * for each leaf. To forget a leaf, the keys on its path are replaced by their siblings. No remaining key
 * leads to the leaf (a puncturable PRF after Goldreich, Goldwasser and Micali). So an entry can be stored in
 * its immutable item, and an append needs one write only.
 */
import { createSecretKey, hash, hkdfSync, randomBytes } from 'node:crypto';
import { ACTOR_MEMBERS, type Member, PERSON_MEMBERS, SALT_BYTES } from '../../tree/commitments.ts';

/** Bits of an item's position in its epoch. */
const BITS = 10;
/** Items of an epoch. */
export const EPOCH: number = 2 ** BITS;

/**
 * Name to key. A name is the path from the epoch's root key, a `0` or `1` for each level. Below an item (ten
 * levels) follow `.` and the number of a leaf.
 */
export type PersonKeys = ReadonlyMap<string, Uint8Array>;

/** The keys that open the entries of one epoch of a chain. */
export interface EpochKeys {
  /** Derives the key of every actor's half. */
  actor: Uint8Array;
  /** Derive the keys of the persons' halves that are not forgotten. */
  person: PersonKeys;
}

/** Keys of an epoch in which nothing was forgotten. */
export function newEpochKeys(): EpochKeys {
  return { actor: randomBytes(32), person: new Map([['', randomBytes(32)]]) };
}

/** The secret of one half of an entry: its sealing key, and the salts of its commitments. */
export interface Half {
  key: Uint8Array;
  salt(name: Member | 'count'): Uint8Array;
}

/** The actor's half of an entry. */
export function actorHalf({ actor }: EpochKeys, seq: number, leaf: number): Half {
  const place = Buffer.alloc(12);
  place.writeBigUInt64BE(BigInt(seq));
  place.writeUInt32BE(leaf, 8);
  return halfOf(hash('sha256', Buffer.concat([ACTOR_DOMAIN, actor, place]), 'buffer'), ACTOR_MEMBERS);
}

/** The person's half, or `null` if it is forgotten. */
export function personHalf({ person }: EpochKeys, seq: number, leaf: number): Half | null {
  const secret = leafKey(person, seq, leaf);
  return secret && halfOf(secret, PERSON_SALTS);
}

/** HKDF-SHA-256 without salt: 32 bytes of key, then 16 bytes of salt for each name, in order. */
function halfOf(secret: Uint8Array, names: readonly (Member | 'count')[]): Half {
  // A key object: Node 24 takes several times as long with bytes.
  const key = createSecretKey(secret);
  const bytes = Buffer.from(hkdfSync('sha256', key, '', HALF_INFO, 32 + SALT_BYTES * names.length));
  return {
    key: bytes.subarray(0, 32),
    salt(name) {
      const at = 32 + SALT_BYTES * names.indexOf(name);
      if (at < 32) throw new RangeError('the member belongs to the other half');
      return bytes.subarray(at, at + SALT_BYTES);
    },
  };
}

const PERSON_SALTS = [...PERSON_MEMBERS, 'count'] as const;
const HALF_INFO = 'fieldgate half v2';
const ACTOR_DOMAIN = Buffer.from('fieldgate actor v2\n');

export function epochOf(seq: number): number {
  return Math.floor(seq / EPOCH);
}

/** @returns the secret of a leaf's person, or `null` if it is forgotten. */
export function leafKey(keys: PersonKeys, seq: number, leaf: number): Uint8Array | null {
  const way = wayTo(seq);
  const own = keys.get(`${way}.${leaf}`);
  if (own) return own;
  const above = lowestAbove(keys, way);
  if (above === null) return null;
  return belowItem(itemKey(keys, above, way), leaf);
}

/** Keys on the path to the most recent item, by name. The next item's path is mostly the same. */
const ways = new WeakMap<PersonKeys, ReadonlyMap<string, Uint8Array>>();

function itemKey(keys: PersonKeys, above: string, way: string): Uint8Array {
  const before = ways.get(keys);
  const now = new Map<string, Uint8Array>();
  let key = keys.get(above) as Uint8Array;
  for (let level = above.length; level < BITS; level++) {
    const name = way.slice(0, level + 1);
    key = before?.get(name) ?? below(key, Number(way[level]));
    now.set(name, key);
  }
  ways.set(keys, now);
  return key;
}

/**
 * @param leaves number of leaves in the item. @returns keys from which all other leaves' keys follow, but not
 * that leaf's
 */
export function puncture(keys: PersonKeys, seq: number, leaf: number, leaves: number): PersonKeys {
  const way = wayTo(seq);
  const left = new Map(keys);
  left.delete(`${way}.${leaf}`);
  const above = lowestAbove(keys, way);
  if (above === null) return left;
  let key = keys.get(above) as Uint8Array;
  left.delete(above);
  for (let level = above.length; level < BITS; level++) {
    const bit = Number(way[level]);
    left.set(`${way.slice(0, level)}${1 - bit}`, below(key, 1 - bit));
    key = below(key, bit);
  }
  for (let other = 0; other < leaves; other++) {
    if (other !== leaf) left.set(`${way}.${other}`, belowItem(key, other));
  }
  return left;
}

/** One line for each key: its name, a space, and base64. */
export function formatPersonKeys(keys: PersonKeys): string {
  return [...keys].map(([name, key]) => `${name} ${Buffer.from(key).toString('base64')}\n`).join('');
}

/** @returns the keys given to `formatPersonKeys`, without malformed lines. */
export function parsePersonKeys(text: string): PersonKeys {
  const keys = new Map<string, Uint8Array>();
  for (const line of text.split('\n')) {
    const [name, base64 = ''] = line.split(' ');
    const key = Buffer.from(base64, 'base64');
    if (name !== undefined && key.length === 32) keys.set(name, key);
  }
  return keys;
}

function wayTo(seq: number): string {
  return (seq % EPOCH).toString(2).padStart(BITS, '0');
}

function lowestAbove(keys: PersonKeys, way: string): string | null {
  for (let level = BITS; level >= 0; level--) if (keys.has(way.slice(0, level))) return way.slice(0, level);
  return null;
}

const DOMAIN = Buffer.from('fieldgate person v2\n');

/** SHA-256(domain ‖ key ‖ bit). */
function below(key: Uint8Array, bit: number): Uint8Array {
  return hash('sha256', Buffer.concat([DOMAIN, key, Buffer.of(bit)]), 'buffer');
}

/** SHA-256(domain ‖ key ‖ 2 ‖ leaf as 32-bit big-endian). */
function belowItem(key: Uint8Array, leaf: number): Uint8Array {
  const number = Buffer.alloc(5, 2);
  number.writeUInt32BE(leaf, 1);
  return hash('sha256', Buffer.concat([DOMAIN, key, number]), 'buffer');
}
