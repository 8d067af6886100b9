/**
 * Checks chains of log items with only the public keys that certify writers. Pure: the sequencer, the offline
 * verifier and the tests run the same code. An attacker may control every member of an item.
 */

import { type KeyObject, verify } from 'node:crypto';
import type { EntryId } from '../../ids.ts';
import { fromBase64 } from '../../tree/base64.ts';
import { mayWrite, type Vouches, vouching } from '../../tree/writer-key.ts';
import type { Certificate } from '../entry/entry.ts';
import { entryId, type LeafForm, leafHash, NO_ITEM, parseLeaf } from '../entry/leaf.ts';
import { publicKeyOf } from '../node-crypto.ts';
import {
  BACK_MS,
  CERTIFIED_MS,
  certificateStatement,
  itemHash,
  type LogItem,
  leafStatement,
  writerId,
} from '../write/item.ts';

/**
 * `MALFORMED`: not canonical JSON, or not a leaf. `PLACE`: a leaf names another place or time than its item.
 * `PREVIOUS`: it does not follow the previous item. `TIME`: it is dated before an earlier item. `GAP`: items are
 * missing. `ORDER`: an item is repeated or late. `HASH`: the item's hash is not that of its leaves. `SIGNATURE`: not
 * signed by the writer. `CERTIFICATE`: no key of the function that the certificate names vouches for it and its kinds.
 * `EXPIRED`: signed outside the validity of the certificate. `KIND`: the certificate does not name the kind. `REVOKED`:
 * the key was revoked before. `SEALED`: the sealed part of the item does not match the leaf's commitment.
 */
export type ChainFault =
  | 'MALFORMED'
  | 'PLACE'
  | 'PREVIOUS'
  | 'TIME'
  | 'GAP'
  | 'ORDER'
  | 'HASH'
  | 'SIGNATURE'
  | 'CERTIFICATE'
  | 'EXPIRED'
  | 'KIND'
  | 'REVOKED'
  | 'SEALED';

export class ChainError extends Error {
  readonly fault: ChainFault;
  /** Id of the first bad entry; for a gap, of the first missing one. */
  readonly entry: EntryId;

  constructor(fault: ChainFault, entry: EntryId) {
    super(`${fault} at ${entry}`);
    this.name = 'ChainError';
    this.fault = fault;
    this.entry = entry;
  }
}

/** A key that may vouch for writers of one function. */
export interface Certifier extends Vouches {
  key: KeyObject;
}

/** A verified chain up to and including item `seq`. */
export interface ChainHead extends Omit<Certificate, 'key' | 'signature'> {
  writer: string;
  key: KeyObject;
  seq: number;
  /** The latest instant of its items. */
  at: string;
  hash: Buffer;
}

/** The part of an item that is also in the tree: its leaves and everything they determine, without signatures. */
export type Leaves = Pick<LogItem, 'writer' | 'seq' | 'at' | 'leaves'>;

/** @returns the head after the first item. @throws ChainError */
export function openChain(first: LogItem, certifiers: readonly Certifier[]): ChainHead {
  const { head, hashes } = openLeaves(first, certifiers);
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
  leaves: LeafForm[];
}

/** As `openChain`, for leaves without signatures. @throws ChainError */
export function openLeaves(first: Leaves, certifiers: readonly Certifier[]): Step {
  const { writer } = first;
  const id = entryId({ writer, seq: 0, leaf: 0 });
  if (first.seq !== 0) throw new ChainError('GAP', id);
  const { leaves, hash, hashes } = readLeaves(first, NO_ITEM);
  const [leaf] = leaves;
  if (leaves.length !== 1 || leaf?.kind !== 'writer') throw new ChainError('MALFORMED', id);
  const { certificate } = leaf;
  const raw = fromBase64(certificate.key, 32);
  const vouched = fromBase64(certificate.signature, 64);
  if (!raw || !vouched || writerId(raw) !== writer || certificate.started !== leaf.time) {
    throw new ChainError('CERTIFICATE', id);
  }
  const statement = certificateStatement(writer, certificate);
  if (!vouching(certifiers, certificate).some(({ key }) => verify(null, statement, key, vouched))) {
    throw new ChainError('CERTIFICATE', id);
  }
  const { name, kinds, started, until } = certificate;
  const lasts = Date.parse(until) - Date.parse(started);
  if (!(lasts > 0 && lasts <= CERTIFIED_MS)) throw new ChainError('CERTIFICATE', id);
  const head = { writer, key: publicKeyOf(raw), name, kinds, started, until, seq: 0, at: started, hash };
  return { head, hashes, leaves };
}

/** As `extendChain`, for leaves without signatures. @throws ChainError */
export function extendLeaves(head: ChainHead, item: Leaves): Step {
  const next = { writer: head.writer, seq: head.seq + 1, leaf: 0 };
  if (item.writer !== head.writer) throw new ChainError('PLACE', entryId(next));
  if (item.seq > next.seq) throw new ChainError('GAP', entryId(next));
  if (item.seq !== next.seq)
    throw new ChainError('ORDER', entryId({ writer: item.writer, seq: item.seq, leaf: 0 }));
  const { leaves, hash, hashes } = readLeaves(item, head.hash.toString('base64'));
  if (leaves.some(({ kind }) => kind === 'writer')) throw new ChainError('MALFORMED', entryId(next));
  if (item.at < head.started || item.at > head.until) throw new ChainError('EXPIRED', entryId(next));
  if (Date.parse(item.at) < Date.parse(head.at) - BACK_MS) throw new ChainError('TIME', entryId(next));
  const foreign = leaves.find(({ kind }) => !mayWrite(head, kind));
  if (foreign) throw new ChainError('KIND', foreign.id);
  const [, at = item.at] = [head.at, item.at].sort();
  return { head: { ...head, seq: item.seq, at, hash }, hashes, leaves };
}

/** Checks leaves against their place and the previous item. */
function readLeaves(item: Leaves, previous: string): { leaves: LeafForm[]; hashes: Buffer[]; hash: Buffer } {
  const { writer, seq } = item;
  if (item.leaves.length === 0) throw new ChainError('MALFORMED', entryId({ writer, seq, leaf: 0 }));
  const leaves = item.leaves.map((text, leaf) => {
    const id = entryId({ writer, seq, leaf });
    const entry = parseLeaf(text);
    if (!entry) throw new ChainError('MALFORMED', id);
    const placed = entry.writer === writer && entry.seq === seq && entry.leaf === leaf && entry.id === id;
    if (!placed || entry.time !== item.at) throw new ChainError('PLACE', id);
    if (entry.previous !== previous) throw new ChainError('PREVIOUS', id);
    return entry;
  });
  const hashes = item.leaves.map(leafHash);
  return { leaves, hashes, hash: itemHash(hashes) };
}

/** Checks the stored attributes of an item other than its leaves. */
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
