/**
 * Keys for the words beside a chain's entries, made so that any of them can be forgotten alone. One stretch of a
 * chain (an epoch) has one random key, and a tree of keys below it: each key gives two by hashing, down to one
 * for each item, and from that one for each leaf. To forget a leaf, the keys above its own are replaced by
 * those beside the way down to it; nothing that is left leads to it (a puncturable PRF after Goldreich,
 * Goldwasser and Micali). So the words themselves can lie in the item, which never changes, and an append stays
 * one write.
 */
import { hash, randomBytes } from 'node:crypto';

/** Bits of the place of an item in its epoch. */
const BITS = 10;
/** Items of an epoch. */
export const EPOCH: number = 2 ** BITS;

/**
 * Name to key. A name is the way down from the epoch's own key, a `0` or `1` a level; below an item (ten
 * levels), `.` and the number of a leaf.
 */
export type WordKeys = ReadonlyMap<string, Uint8Array>;

/** Keys of an epoch of which nothing is forgotten. */
export function newWordKeys(): WordKeys {
  return new Map([['', randomBytes(32)]]);
}

export function epochOf(seq: number): number {
  return Math.floor(seq / EPOCH);
}

/** @returns the key of a leaf's words, or `null` where it is forgotten. */
export function leafKey(keys: WordKeys, seq: number, leaf: number): Uint8Array | null {
  const way = wayTo(seq);
  const own = keys.get(`${way}.${leaf}`);
  if (own) return own;
  const above = lowestAbove(keys, way);
  if (above === null) return null;
  return belowItem(itemKey(keys, above, way), leaf);
}

/** Keys on the way down to the item that was asked for last, by name: the way to the next is mostly the same. */
const ways = new WeakMap<WordKeys, ReadonlyMap<string, Uint8Array>>();

function itemKey(keys: WordKeys, above: string, way: string): Uint8Array {
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

/** @param leaves how many the item has. @returns keys from which that leaf's does not follow; all others do */
export function puncture(keys: WordKeys, seq: number, leaf: number, leaves: number): WordKeys {
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

/** A line for each key: its name, a blank, and base64. */
export function formatWordKeys(keys: WordKeys): string {
  return [...keys].map(([name, key]) => `${name} ${Buffer.from(key).toString('base64')}\n`).join('');
}

/** @returns what `formatWordKeys` was given; lines that are malformed are left out. */
export function parseWordKeys(text: string): WordKeys {
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

function lowestAbove(keys: WordKeys, way: string): string | null {
  for (let level = BITS; level >= 0; level--) if (keys.has(way.slice(0, level))) return way.slice(0, level);
  return null;
}

const DOMAIN = Buffer.from('fieldgate word key v1\n');

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
