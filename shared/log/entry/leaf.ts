/** An entry as a leaf: its place in a chain, its canonical bytes, its hash and its id. */
import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { checkEntry } from '../check-entry.ts';
import type { Entry } from './entry.ts';

/** Where a leaf stands: its chain, its item in the chain, its index in the item. */
export interface Place {
  writer: string;
  seq: number;
  leaf: number;
}

export interface Leaf {
  id: string;
  /** RFC 8785 canonical JSON. Its UTF-8 bytes are what is hashed and signed; never re-serialise them. */
  text: string;
  hash: Buffer;
}

/** `previous` of the first item of a chain. */
export const NO_ITEM: string = Buffer.alloc(32).toString('base64');

const LEAF_PREFIX = Buffer.of(0);

/** RFC 6962 leaf hash: SHA-256(0x00 ‖ canonical bytes). */
export function leafHash(text: string): Buffer {
  return hash('sha256', Buffer.concat([LEAF_PREFIX, Buffer.from(text, 'utf8')]), 'buffer');
}

/** @throws Problem INTERNAL when the entry must not be logged as it is (see `check-entry.ts`). */
export function makeLeaf(entry: Entry): Leaf {
  checkEntry(entry);
  const text = canonicalize(entry);
  if (text === undefined) throw new TypeError('an entry is an object');
  return { id: entry.id, text, hash: leafHash(text) };
}

export function entryId({ writer, seq, leaf }: Place): string {
  return `${writer}-${seq}-${leaf}`;
}

/** @returns the place that an entry id names, or `null` when the text is not a canonical entry id. */
export function parseEntryId(id: string): Place | null {
  const match = /^([0-9a-f]{32})-(0|[1-9]\d{0,14})-(0|[1-9]\d{0,5})$/.exec(id);
  if (!match) return null;
  return { writer: match[1] as string, seq: Number(match[2]), leaf: Number(match[3]) };
}
