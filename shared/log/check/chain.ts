/**
 * Checks chains of log items with nothing but the gateway's public writer key. Pure: the sequencer, the
 * offline verifier and the tests run the same code. Every member of an item is attacker-controlled here.
 */
import { type KeyObject, verify } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Problem } from '../../errors.ts';
import { fromBase64 } from '../../tree/base64.ts';
import type { Entry } from '../entry/entry.ts';
import { checkEntry, entryId, leafHash, NO_ITEM } from '../entry/leaf.ts';
import { publicKeyOf } from '../node-crypto.ts';
import { certificateStatement, itemHash, type LogItem, leafStatement, writerId } from '../write/item.ts';

/**
 * `MALFORMED` not canonical JSON, or not an entry; `PLACE` a leaf that names another place or time than it
 * has; `PREVIOUS` does not follow the item before; `GAP` items are missing; `ORDER` an item comes again or
 * too late; `HASH` the item's hash is not that of its leaves; `SIGNATURE` not signed by the writer;
 * `CERTIFICATE` the writer's key is not vouched for.
 */
export type ChainFault =
  | 'MALFORMED'
  | 'PLACE'
  | 'PREVIOUS'
  | 'GAP'
  | 'ORDER'
  | 'HASH'
  | 'SIGNATURE'
  | 'CERTIFICATE';

export class ChainError extends Error {
  readonly fault: ChainFault;
  /** Id of the first bad entry; for a gap, that of the first one missing. */
  readonly entry: string;

  constructor(fault: ChainFault, entry: string) {
    super(`${fault} at ${entry}`);
    this.name = 'ChainError';
    this.fault = fault;
    this.entry = entry;
  }
}

/** A verified chain up to and including item `seq`. */
export interface ChainHead {
  writer: string;
  key: KeyObject;
  name: string;
  seq: number;
  hash: Buffer;
}

/** What of an item is in the tree as well: its leaves and, through them, all the rest but signatures. */
export type Leaves = Pick<LogItem, 'writer' | 'seq' | 'at' | 'leaves'>;

/** @returns the head after the first item. @throws ChainError */
export function openChain(first: LogItem, gatewayKey: KeyObject): ChainHead {
  const { head, hashes } = openLeaves(first, gatewayKey);
  checkItem(first, head, hashes);
  return head;
}

/** @returns the head after one more item. @throws ChainError */
export function extendChain(before: ChainHead, item: LogItem): ChainHead {
  const { head, hashes } = extendLeaves(before, item);
  checkItem(item, head, hashes);
  return head;
}

interface Step {
  head: ChainHead;
  hashes: Buffer[];
  entries: Entry[];
}

/** As `openChain`, for leaves without signatures. @throws ChainError */
export function openLeaves(first: Leaves, gatewayKey: KeyObject): Step {
  const { writer } = first;
  const id = entryId({ writer, seq: 0, leaf: 0 });
  if (first.seq !== 0) throw new ChainError('GAP', id);
  const { entries, hash, hashes } = readLeaves(first, NO_ITEM);
  const [entry] = entries;
  if (entries.length !== 1 || entry?.kind !== 'writer' || !entry.certificate) {
    throw new ChainError('MALFORMED', id);
  }
  const { certificate } = entry;
  const raw = fromBase64(certificate.key, 32);
  const vouched = fromBase64(certificate.signature, 64);
  if (!raw || !vouched || writerId(raw) !== writer || certificate.started !== entry.time) {
    throw new ChainError('CERTIFICATE', id);
  }
  if (!verify(null, certificateStatement(writer, certificate), gatewayKey, vouched)) {
    throw new ChainError('CERTIFICATE', id);
  }
  return { head: { writer, key: publicKeyOf(raw), name: certificate.name, seq: 0, hash }, hashes, entries };
}

/** As `extendChain`, for leaves without signatures. @throws ChainError */
export function extendLeaves(head: ChainHead, item: Leaves): Step {
  const next = { writer: head.writer, seq: head.seq + 1, leaf: 0 };
  if (item.writer !== head.writer) throw new ChainError('PLACE', entryId(next));
  if (item.seq > next.seq) throw new ChainError('GAP', entryId(next));
  if (item.seq !== next.seq) throw new ChainError('ORDER', `${item.writer}-${item.seq}-0`);
  const { entries, hash, hashes } = readLeaves(item, head.hash.toString('base64'));
  if (entries.some(({ kind }) => kind === 'writer')) throw new ChainError('MALFORMED', entryId(next));
  return { head: { ...head, seq: item.seq, hash }, hashes, entries };
}

/**
 * Verifies one whole chain.
 * @param items in ascending `seq`, from 0.
 * @returns the head; with it a caller compares what it knows of the chain's length. Nothing in a chain
 * shows that its last items were cut off.
 * @throws ChainError naming the first bad entry.
 */
export function verifyChain(items: readonly LogItem[], gatewayKey: KeyObject): ChainHead {
  const [first, ...rest] = items;
  if (!first) throw new RangeError('a chain has at least one item');
  return rest.reduce(extendChain, openChain(first, gatewayKey));
}

/** Checks leaves against their place and the item before. */
function readLeaves(item: Leaves, previous: string): { entries: Entry[]; hashes: Buffer[]; hash: Buffer } {
  const { writer, seq } = item;
  if (item.leaves.length === 0) throw new ChainError('MALFORMED', entryId({ writer, seq, leaf: 0 }));
  const entries = item.leaves.map((text, leaf) => {
    const id = entryId({ writer, seq, leaf });
    const entry = parseEntry(text);
    if (!entry) throw new ChainError('MALFORMED', id);
    const placed = entry.writer === writer && entry.seq === seq && entry.leaf === leaf && entry.id === id;
    if (!placed || entry.time !== item.at) throw new ChainError('PLACE', id);
    if (entry.previous !== previous) throw new ChainError('PREVIOUS', id);
    return entry;
  });
  const hashes = item.leaves.map(leafHash);
  return { entries, hashes, hash: itemHash(hashes) };
}

/** Checks what the store says of an item beside its leaves. */
function checkItem(item: LogItem, { hash: expected, key }: ChainHead, hashes: readonly Buffer[]): void {
  const { writer, seq } = item;
  if (!expected.equals(item.hash)) throw new ChainError('HASH', entryId({ writer, seq, leaf: 0 }));
  hashes.forEach((hash, leaf) => {
    const signature = item.signatures[leaf];
    if (!signature || !verify(null, leafStatement(hash), key, signature)) {
      throw new ChainError('SIGNATURE', entryId({ writer, seq, leaf }));
    }
  });
  if (item.signatures.length !== hashes.length) {
    throw new ChainError('SIGNATURE', entryId({ writer, seq, leaf: hashes.length }));
  }
}

/** @returns the entry, or `null` when the text is not the canonical form of a valid one. */
export function parseEntry(text: string): Entry | null {
  try {
    const entry = JSON.parse(text) as Entry;
    if (entry.v !== 1 || canonicalize(entry) !== text) return null;
    checkEntry(entry);
    return entry;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof Problem) return null;
    throw error;
  }
}
