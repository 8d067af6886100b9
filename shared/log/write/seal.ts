/** Makes items of pending appends: adds place, time and commitments, hashes and signs. */

import { hash as digest, type KeyObject, sign } from 'node:crypto';
import type { Receipt as Answered } from '../../contract/common.ts';
import { GATEWAY_KINDS } from '../../entry-kinds.ts';
import { Problem } from '../../errors.ts';
import type { EntryId } from '../../ids.ts';
import { commonTexts } from '../../messages/common.ts';
import { ACTOR_MEMBERS, commitment, type Member, PERSON_MEMBERS } from '../../tree/commitments.ts';
import type { NewEntry } from '../entry/entry.ts';
import { entryId, type Leaf, type LeafForm, makeLeaf, SHOWN } from '../entry/leaf.ts';
import { textsOf } from '../entry/members.ts';
import { sealEntries, sealedSize, type Unsealed } from '../entry/sealed.ts';
import { actorHalf, type EpochKeys, type Half, personHalf } from '../entry/secrets.ts';
import { sha256 } from '../node-crypto.ts';
import { ITEM_BYTES, itemHash, itemSize, type LogItem, leafStatement } from './item.ts';

/** A caller's proof of the log entry. It can be verified with the writer's certificate. */
export interface Receipt extends Answered {
  entry: EntryId;
}

/** One pending append. */
export interface Call {
  entries: readonly NewEntry[];
  resolve(receipts: Receipt[]): void;
  reject(error: unknown): void;
}

/** The input of a chain's next item. */
export interface Chain {
  writer: string;
  key: KeyObject;
  seq: number;
  hash: Buffer;
  secrets: EpochKeys;
  /** Start of the key's validity in epoch milliseconds. */
  started: number;
  /** Whether receipts have the leaf's digest by SM3. */
  sm3?: boolean;
  /** Kinds in the writer's certificate. */
  kinds: ReadonlySet<string>;
}

export interface Sealed {
  /** The number of pending calls that were processed: sealed or rejected. */
  taken: number;
  calls: { call: Call; receipts: Receipt[] }[];
  item: LogItem;
  hash: Buffer;
}

/**
 * Takes pending calls from the front while they fit into one item. A call that can never be logged is
 * rejected here.
 */
export async function sealCalls(waiting: readonly Call[], chain: Chain, now: number): Promise<Sealed> {
  const seq = chain.seq + 1;
  // The clock may be set back; the instant must stay within the validity of the certificate.
  const time = new Date(Math.max(now, chain.started)).toISOString();
  const previous = chain.hash.toString('base64');
  const { writer, secrets, kinds } = chain;
  const base = { writer, seq, time, previous, secrets, kinds };
  const leaves: Leaf[] = [];
  const unsealed: Unsealed[] = [];
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
    unsealed.push(...made.unsealed);
  }
  // Several are signed on all cores, outside the event loop: signing is most of the work of an append. For one leaf the
  // way to another core costs more than it saves.
  const signatures =
    leaves.length === 1
      ? leaves.map(({ hash }) => sign(null, leafStatement(hash), chain.key))
      : await Promise.all(leaves.map((leaf) => signLeaf(leaf, chain.key)));
  const { item: bare, hash } = itemOf(writer, seq, time, leaves, signatures);
  const item = { ...bare, sealed: sealEntries(unsealed) };
  const receipts = leaves.map((leaf, i) => receipt(leaf, item, i, chain.sm3));
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

interface Part {
  leaves: Leaf[];
  unsealed: Unsealed[];
  size: number;
}

interface Base {
  writer: string;
  seq: number;
  time: string;
  previous: string;
}

export function makePart(
  entries: readonly NewEntry[],
  { secrets, kinds, ...base }: Base & Pick<Chain, 'secrets' | 'kinds'>,
  from: number,
): Part {
  const unsealed: Unsealed[] = [];
  const leaves = entries.map((entry, i) => {
    if (!kinds.has(entry.kind)) {
      throw new Problem('INTERNAL', {
        detail: commonTexts.kindNotWritten(entry.kind),
      });
    }
    const place = { ...base, leaf: from + i };
    const person = personHalf(secrets, place.seq, place.leaf);
    if (!person) throw new RangeError('an entry under a secret that is forgotten');
    const one = { actor: actorHalf(secrets, place.seq, place.leaf), person, texts: textsOf(entry) };
    unsealed.push(one);
    return makeLeaf({
      ...place,
      v: 2,
      id: entryId(place),
      committed: committedOf(one),
      ...(isAboutGateway(entry) && { kind: entry.kind }),
      ...shownOf(entry),
    } as LeafForm);
  });
  const texts = leaves.map((leaf) => leaf.text);
  const size = itemSize(texts) + sealedSize(unsealed.map((one) => one.texts));
  if (size > ITEM_BYTES) {
    throw new Problem('TOO_LARGE', { detail: commonTexts.entriesTooLarge });
  }
  return { leaves, unsealed, size };
}

/** Members that a leaf about the gateway shows besides its kind. */
function shownOf(entry: NewEntry): object {
  const name = SHOWN[entry.kind];
  return name === undefined ? {} : { [name]: ({ ...entry } as Partial<Record<string, unknown>>)[name] };
}

function committedOf({ actor, person, texts }: Unsealed): string {
  const of = (half: Half) => (name: Member) => commitment(sha256, name, half.salt(name), texts[name] ?? '');
  return Buffer.concat([...ACTOR_MEMBERS.map(of(actor)), ...PERSON_MEMBERS.map(of(person))]).toString(
    'base64',
  );
}

function isAboutGateway({ kind }: NewEntry): boolean {
  return (GATEWAY_KINDS as readonly string[]).includes(kind);
}

function receipt(leaf: Leaf, item: LogItem, i: number, withSm3 = false): Receipt {
  return {
    entry: leaf.id,
    leafHash: leaf.hash.toString('base64'),
    writer: item.writer,
    seq: item.seq,
    signature: Buffer.from(item.signatures[i] as Uint8Array).toString('base64'),
    ...(withSm3 && { sm3: digest('sm3', `\0${leaf.text}`, 'base64') }),
  };
}
