/** Makes items of waiting appends: fills in place, time and commitments, hashes and signs. */

import { type KeyObject, sign } from 'node:crypto';
import { Problem } from '../../errors.ts';
import type { Entry, NewEntry } from '../entry/entry.ts';
import { entryId, type Leaf, makeLeaf } from '../entry/leaf.ts';
import { leafKey, type WordKeys } from '../entry/word-keys.ts';
import { commitWords, type SealedWords, sealedSize, sealWords, type Words } from '../entry/words.ts';
import { ITEM_BYTES, itemHash, itemSize, LEAF_BYTES, type LogItem, leafStatement } from './item.ts';

/** A caller's proof of what was logged: with the writer's certificate it verifies by itself. */
export interface Receipt {
  /** Entry id. */
  entry: string;
  /** Base64 of the 32 bytes of the leaf hash. */
  leafHash: string;
  writer: string;
  seq: number;
  /** Base64 of the writer's Ed25519 signature over the leaf. */
  signature: string;
}

/** One append that waits. */
export interface Call {
  entries: readonly NewEntry[];
  resolve(receipts: Receipt[]): void;
  reject(error: unknown): void;
}

export interface Sealed {
  /** How many of the waiting calls were used up: sealed or rejected. */
  taken: number;
  calls: { call: Call; receipts: Receipt[] }[];
  item: LogItem;
  hash: Buffer;
}

/**
 * Takes waiting calls from the front as long as they fit into one item. A call that can't be logged at all
 * is rejected here and takes no part.
 */
export async function sealCalls(
  waiting: readonly Call[],
  chain: { writer: string; key: KeyObject; seq: number; hash: Buffer; words: WordKeys },
  now: number,
): Promise<Sealed> {
  const seq = chain.seq + 1;
  const time = new Date(now).toISOString();
  const previous = chain.hash.toString('base64');
  const base = { writer: chain.writer, seq, time, previous, words: chain.words };
  const leaves: Leaf[] = [];
  const held: Part['held'] = [];
  const parts: { call: Call; from: number; to: number }[] = [];
  let size = 0;
  let taken = 0;
  for (const call of waiting) {
    let made: Part;
    try {
      made = makePart(call.entries, base, leaves.length);
    } catch (error) {
      call.reject(error);
      taken += 1;
      continue;
    }
    if (leaves.length > 0 && size + made.size > ITEM_BYTES) break;
    size += made.size;
    taken += 1;
    parts.push({ call, from: leaves.length, to: leaves.length + made.leaves.length });
    leaves.push(...made.leaves);
    held.push(...made.held);
  }
  // Beside the event loop and on all cores: signing is most of the work of an append.
  const signatures = await Promise.all(leaves.map((leaf) => signLeaf(leaf, chain.key)));
  const { item: bare, hash } = itemOf(chain.writer, seq, time, leaves, signatures);
  const item = { ...bare, ...besides(held) };
  const receipts = leaves.map((leaf, i) => receipt(leaf, item, i));
  const calls = parts.map(({ call, from, to }) => ({ call, receipts: receipts.slice(from, to) }));
  return { taken, calls, item, hash };
}

/** Hashes and signs an item. */
export function sealItem(
  writer: string,
  key: KeyObject,
  seq: number,
  at: string,
  leaves: readonly Leaf[],
): { item: LogItem; hash: Buffer } {
  const signatures = leaves.map(({ hash }) => sign(null, leafStatement(hash), key));
  return itemOf(writer, seq, at, leaves, signatures);
}

function itemOf(
  writer: string,
  seq: number,
  at: string,
  leaves: readonly Leaf[],
  signatures: readonly Uint8Array[],
): { item: LogItem; hash: Buffer } {
  const hash = itemHash(leaves.map((leaf) => leaf.hash));
  return { item: { writer, seq, at, leaves: leaves.map((leaf) => leaf.text), hash, signatures }, hash };
}

function signLeaf({ hash }: Leaf, key: KeyObject): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign(null, leafStatement(hash), key, (error, signature) => (error ? reject(error) : resolve(signature)));
  });
}

/** What lies beside a leaf. */
interface Held {
  /** Key and words of the leaf; `null` for a leaf without. */
  words: { key: Uint8Array; words: Words } | null;
  logId: string;
}

interface Part {
  leaves: Leaf[];
  held: Held[];
  size: number;
}

interface Base {
  writer: string;
  seq: number;
  time: string;
  previous: string;
}

function makePart(
  entries: readonly NewEntry[],
  { words: keys, ...base }: Base & { words: WordKeys },
  from: number,
): Part {
  const held: Held[] = [];
  const leaves = entries.map(({ words, logId = '', ...entry }, i) => {
    const place = { ...base, leaf: from + i };
    const key = words && leafKey(keys, place.seq, place.leaf);
    if (words && !key) throw new RangeError('words under a key that is forgotten');
    const committed = key ? commitWords(key, words) : {};
    const some = Object.keys(committed).length > 0;
    held.push({ words: key && some ? { key, words } : null, logId });
    const full = { ...entry, ...place, v: 1 as const, id: entryId(place), ...(some && { committed }) };
    return makeLeaf(withoutEmpty(full));
  });
  const texts = leaves.map((leaf) => leaf.text);
  const size = itemSize({ leaves: texts }) + sealedSize(held.map(({ words }) => words?.words ?? {}));
  if (size > ITEM_BYTES || texts.some((text) => Buffer.byteLength(text) > LEAF_BYTES)) {
    throw new Problem('TOO_LARGE', { detail: 'The log entries of one request are over 390 KB.' });
  }
  return { leaves, held, size };
}

/** An empty list says no more than none, and a leaf is kept for ever. */
function withoutEmpty(entry: Entry): Entry {
  const filled = Object.entries(entry).filter(
    ([, value]) => typeof value !== 'object' || Object.keys(value).length > 0,
  );
  return Object.fromEntries(filled) as unknown as Entry;
}

function besides(held: readonly Held[]): { words?: SealedWords; logIds?: string[] } {
  return {
    ...(held.some(({ words }) => words) && { words: sealWords(held.map(({ words }) => words)) }),
    ...(held.some(({ logId }) => logId) && { logIds: held.map(({ logId }) => logId) }),
  };
}

function receipt(leaf: Leaf, item: LogItem, i: number): Receipt {
  return {
    entry: leaf.id,
    leafHash: leaf.hash.toString('base64'),
    writer: item.writer,
    seq: item.seq,
    signature: Buffer.from(item.signatures[i] as Uint8Array).toString('base64'),
  };
}
