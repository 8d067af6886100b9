/**
 * Rebuilds a complete log from its files and finds the first fault. It serves operators, the sequencer's
 * tests, and anyone with the two public keys. It trusts no tile: all hashes are computed from the entries.
 */

import { type KeyObject, verify } from 'node:crypto';
import { type Checkpoint, openCheckpoint } from '../../tree/checkpoint.ts';
import { type Edge, EMPTY_EDGE, edgeFiles, type Growth, grow, rootOf } from '../../tree/grow.ts';
import { HASH_BYTES } from '../../tree/merkle.ts';
import type { Verifier } from '../../tree/note.ts';
import { readSignatures, signaturesPath } from '../../tree/signatures.ts';
import { TILE_WIDTH, tilePath, unpackEntries } from '../../tree/tiles.ts';
import { openWriterKeys, WRITER_KEY_PATH } from '../../tree/writer-key.ts';
import { type Count, type LeafForm, parseCount } from '../entry/leaf.ts';
import { publicKeyOf, sha256, verifyEd25519 } from '../node-crypto.ts';
import { leafStatement } from '../write/item.ts';
import { ChainError, type ChainHead, extendLeaves, type Leaves, openLeaves } from './chain.ts';

export type LogFault =
  /** The checkpoint is missing or not signed by the log. */
  | 'CHECKPOINT'
  /** The log's key names no key that certifies writers. */
  | 'WRITER_KEY'
  /** The checkpoint does not continue the caller's earlier one. */
  | 'FORK'
  /** An entry bundle is missing or malformed. */
  | 'BUNDLE'
  /** A tile differs from the hashes of the entries. */
  | 'TILE'
  /** The entries do not give the signed root. */
  | 'ROOT'
  /** A writer's chain is broken. */
  | 'CHAIN'
  /** A leaf is not signed by its writer, or its signature is missing. */
  | 'SIGNATURE'
  /** A count is missing, or does not cover the leaves before it. */
  | 'COUNT';

export class LogError extends Error {
  readonly fault: LogFault;
  /** The place of the fault: a path, or the id of the first bad entry. */
  readonly at: string;

  constructor(fault: LogFault, at: string) {
    super(`${fault} at ${at}`);
    this.name = 'LogError';
    this.fault = fault;
    this.at = at;
  }
}

export interface CheckLogOptions {
  read(path: string): Promise<Uint8Array | null>;
  /** The log's own key. */
  log: Verifier;
  /** The keys that certify writers. Absent: those that the log's key names. */
  gatewayKeys?: readonly KeyObject[];
  /** An earlier checkpoint that the log must continue. */
  remembered?: Checkpoint;
  /** Called with every leaf of a writer in tree order, after all its checks. */
  onLeaf?: (leaf: LeafForm, index: number, text: string) => void;
  /** Called with every count, after the leaves that it covers. */
  onCount?: (count: Count) => void;
  onProgress?: (done: number, size: number) => void;
}

export interface CheckedLog {
  checkpoint: Checkpoint;
  /** The signed note of the checkpoint. */
  note: Uint8Array;
  /** The length of each chain. */
  heads: Map<string, ChainHead>;
  /** Milliseconds spent on the tree (hashes, tiles, roots), and on the rest (chains, signatures). */
  took: { tree: number; chains: number };
}

/** @throws LogError */
export async function checkLog(options: CheckLogOptions): Promise<CheckedLog> {
  const { read, log, remembered, onProgress } = options;
  const note = await read('checkpoint');
  const checkpoint = note && (await openCheckpoint(note, log, verifyEd25519));
  if (!checkpoint) throw new LogError('CHECKPOINT', 'checkpoint');
  if (remembered && remembered.size > checkpoint.size) throw new LogError('FORK', 'checkpoint');
  const gatewayKeys = options.gatewayKeys ?? (await readGatewayKeys(read, log));

  const chains = chainChecker(gatewayKeys, options);
  const took = { tree: 0, chains: 0 };
  let edge: Edge = EMPTY_EDGE;
  for (let from = 0; from < checkpoint.size; from += TILE_WIDTH) {
    const width = Math.min(TILE_WIDTH, checkpoint.size - from);
    const [leaves, signatures] = await Promise.all([
      readBundle(read, from, width),
      readBeside(read, from, width),
    ]);
    // At the size of the earlier tree, the root must equal the earlier root.
    const cut = remembered && remembered.size > from ? remembered.size - from : width;
    edge = await growChecked(read, edge, leaves.slice(0, cut), took);
    if (remembered?.size === edge.size) demandRoot(edge, remembered, 'FORK');
    edge = await growChecked(read, edge, leaves.slice(cut), took);
    const start = performance.now();
    await chains.follow(leaves, signatures);
    took.chains += performance.now() - start;
    onProgress?.(edge.size, checkpoint.size);
  }
  await chains.end();
  demandRoot(edge, checkpoint, 'ROOT');
  await compare(read, edgeFiles(edge), edge.entries);
  if (remembered?.size === 0) demandRoot(EMPTY_EDGE, remembered, 'FORK');
  return { checkpoint, note, heads: chains.heads, took };
}

async function readGatewayKeys(read: CheckLogOptions['read'], log: Verifier): Promise<KeyObject[]> {
  const note = await read(WRITER_KEY_PATH);
  const raw = note && (await openWriterKeys(note, log, verifyEd25519));
  if (!raw) throw new LogError('WRITER_KEY', WRITER_KEY_PATH);
  return raw.map(publicKeyOf);
}

async function readBundle(read: CheckLogOptions['read'], from: number, width: number): Promise<Uint8Array[]> {
  const path = tilePath({ level: 'entries', index: from / TILE_WIDTH, width });
  const leaves = unpackEntries((await read(path)) ?? new Uint8Array(), width);
  if (!leaves) throw new LogError('BUNDLE', path);
  return leaves;
}

async function readBeside(read: CheckLogOptions['read'], from: number, width: number): Promise<Uint8Array[]> {
  const path = signaturesPath(from / TILE_WIDTH, width);
  const signatures = readSignatures((await read(path)) ?? new Uint8Array(), width);
  if (!signatures) throw new LogError('SIGNATURE', path);
  return signatures;
}

/** Grows the tree and compares each tile that becomes full with the stored one. */
async function growChecked(
  read: CheckLogOptions['read'],
  edge: Edge,
  leaves: readonly Uint8Array[],
  took: { tree: number },
): Promise<Edge> {
  const start = performance.now();
  const growth = grow(sha256, edge, leaves);
  took.tree += performance.now() - start;
  const full = growth.files.filter(({ path }) => !path.includes('.p/'));
  await compare(read, full, [...edge.entries, ...leaves]);
  return growth.edge;
}

/** @param bundle the leaves under the last tile of hashes */
async function compare(
  read: CheckLogOptions['read'],
  files: Growth['files'],
  bundle: readonly Uint8Array[],
): Promise<void> {
  for (const { path, bytes } of files) {
    // The entries were read from the bundle with which they would be compared.
    if (path.startsWith('tile/entries/')) continue;
    const stored = await read(path);
    if (stored && Buffer.from(stored).equals(bytes)) continue;
    const bad = path.startsWith('tile/0/') && stored ? firstOther(stored, bytes) : -1;
    throw new LogError('TILE', (bad >= 0 && idOf(bundle[bad])) || path);
  }
}

/** The index of the first hash that differs. */
function firstOther(stored: Uint8Array, made: Uint8Array): number {
  return Math.floor(made.findIndex((byte, i) => byte !== stored[i]) / HASH_BYTES);
}

function idOf(leaf: Uint8Array | undefined): string | undefined {
  try {
    return String(JSON.parse(Buffer.from(leaf ?? []).toString('utf8')).id);
  } catch {
    return undefined;
  }
}

function demandRoot(edge: Edge, { root, size }: Checkpoint, fault: LogFault): void {
  if (!Buffer.from(rootOf(sha256, edge)).equals(root)) throw new LogError(fault, `size ${size}`);
}

/** A leaf whose signature is being checked, or a count. */
type Settling = { good: Promise<boolean>; leaf: LeafForm; index: number; text: string } | { count: Count };

/** Follows the chains by their leaves in tree order. The leaves of an item are adjacent. */
function chainChecker(gatewayKeys: readonly KeyObject[], { onLeaf, onCount }: CheckLogOptions) {
  const heads = new Map<string, ChainHead>();
  const revoked = new Set<string>();
  let item: (Leaves & { leaves: string[]; signatures: Uint8Array[] }) | null = null;
  // Index in the tree of the next leaf, and of the first leaf without a count.
  let [index, uncounted] = [0, 0];
  // Signatures are most of the work, so they are checked on all cores.
  let settling: Settling[] = [];
  const close = () => {
    if (!item) return;
    const { writer, signatures } = item;
    if (revoked.has(writer)) throw new LogError('CHAIN', `${writer}-${item.seq}-0`);
    const { head, hashes, leaves } = follow(heads.get(writer), item, gatewayKeys);
    const first = index - leaves.length;
    for (const [i, leaf] of leaves.entries()) {
      const good = verifyOnAnyCore(leafStatement(hashes[i] as Buffer), head.key, signatures[i] as Uint8Array);
      settling.push({ good, leaf, index: first + i, text: item.leaves[i] as string });
      if (leaf.kind === 'revocation') revoked.add(leaf.revokes ?? '');
    }
    heads.set(writer, head);
    item = null;
  };
  /** Its counts must follow the leaves that they cover. */
  const take = (count: Count) => {
    close();
    const end = count.first + count.counts.length;
    if (count.first !== uncounted || end > lastLeaf) throw new LogError('COUNT', `leaf ${index}`);
    uncounted = end < lastLeaf ? end : index + 1;
    settling.push({ count });
  };
  // One past the last leaf of a writer.
  let lastLeaf = 0;
  const settle = async () => {
    const all = settling;
    settling = [];
    for (const one of all) {
      if ('count' in one) onCount?.(one.count);
      else if (!(await one.good)) throw new LogError('SIGNATURE', one.leaf.id);
      else onLeaf?.(one.leaf, one.index, one.text);
    }
  };
  /** Reports a bad signature before any later fault. */
  const inOrder = async (act: () => void) => {
    try {
      act();
    } catch (error) {
      await settle();
      throw error;
    }
    await settle();
  };
  return {
    heads,
    follow: (leaves: readonly Uint8Array[], signatures: readonly Uint8Array[]) =>
      inOrder(() => {
        for (const [i, leaf] of leaves.entries()) {
          const text = Buffer.from(leaf).toString('utf8');
          const count = parseCount(text);
          if (count) {
            take(count);
            index += 1;
            continue;
          }
          // A step ends when its counts have begun.
          if (uncounted < lastLeaf && lastLeaf < index) throw new LogError('COUNT', `leaf ${uncounted}`);
          const { writer, seq, time } = placeOf(text);
          if (item?.writer !== writer || item.seq !== seq) {
            close();
            item = { writer, seq, at: time, leaves: [], signatures: [] };
          }
          item.leaves.push(text);
          item.signatures.push(signatures[i] as Uint8Array);
          index += 1;
          lastLeaf = index;
        }
      }),
    end: () =>
      inOrder(() => {
        close();
        if (uncounted !== index) throw new LogError('COUNT', `leaf ${uncounted}`);
      }),
  };
}

function verifyOnAnyCore(message: Uint8Array, key: KeyObject, signature: Uint8Array): Promise<boolean> {
  return new Promise((resolve, reject) => {
    verify(null, message, key, signature, (error, good) => (error ? reject(error) : resolve(good)));
  });
}

function follow(head: ChainHead | undefined, item: Leaves, gatewayKeys: readonly KeyObject[]) {
  try {
    return head ? extendLeaves(head, item) : openLeaves(item, gatewayKeys);
  } catch (error) {
    if (error instanceof ChainError) throw new LogError('CHAIN', error.entry);
    throw error;
  }
}

function placeOf(text: string): Pick<LeafForm, 'writer' | 'seq' | 'time'> {
  try {
    const { writer, seq, time } = JSON.parse(text) as LeafForm;
    return { writer: String(writer), seq: Number(seq), time: String(time) };
  } catch {
    return { writer: '', seq: Number.NaN, time: '' };
  }
}
