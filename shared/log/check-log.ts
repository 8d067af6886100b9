/**
 * Rebuilds a whole log from its files and finds the first thing that is wrong: for operators, for the tests
 * of the sequencer, and for anybody who holds nothing but two public keys. It trusts no tile: all hashes are
 * computed from the entries.
 */
import type { KeyObject } from 'node:crypto';
import { type Checkpoint, openCheckpoint } from '../tree/checkpoint.ts';
import { type Edge, EMPTY_EDGE, edgeFiles, type Growth, grow, rootOf } from '../tree/grow.ts';
import type { Verifier } from '../tree/note.ts';
import { TILE_WIDTH, tilePath, unpackEntries } from '../tree/tiles.ts';
import { ChainError, type ChainHead, extendLeaves, type Leaves, openLeaves } from './chain.ts';
import type { Entry } from './entry.ts';
import { sha256, verifyEd25519 } from './node-crypto.ts';

export type LogFault =
  /** The checkpoint is missing or not signed by the log. */
  | 'CHECKPOINT'
  /** The checkpoint does not continue the one that the caller remembers. */
  | 'FORK'
  /** An entry bundle is missing or malformed. */
  | 'BUNDLE'
  /** A tile differs from what the entries hash to. */
  | 'TILE'
  /** The entries do not have the root that was signed. */
  | 'ROOT'
  /** A writer's chain is broken. */
  | 'CHAIN';

export class LogError extends Error {
  readonly fault: LogFault;
  /** What is wrong: a path, or the id of the first bad entry. */
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
  /** The key that vouches for writers. */
  gatewayKey: KeyObject;
  /** A checkpoint that was seen before: the log must continue it. */
  remembered?: Checkpoint;
  onProgress?: (done: number, size: number) => void;
}

/** @returns the checkpoint and how far each chain reaches. @throws LogError */
export async function checkLog(
  options: CheckLogOptions,
): Promise<{ checkpoint: Checkpoint; heads: Map<string, ChainHead> }> {
  const { read, log, gatewayKey, remembered, onProgress } = options;
  const note = await read('checkpoint');
  const checkpoint = note && (await openCheckpoint(note, log, verifyEd25519));
  if (!checkpoint) throw new LogError('CHECKPOINT', 'checkpoint');
  if (remembered && remembered.size > checkpoint.size) throw new LogError('FORK', 'checkpoint');

  const chains = chainChecker(gatewayKey);
  let edge: Edge = EMPTY_EDGE;
  for (let from = 0; from < checkpoint.size; from += TILE_WIDTH) {
    const leaves = await readBundle(read, from, checkpoint.size);
    // Where the remembered tree ended, its root must come out.
    const cut = remembered && remembered.size > from ? remembered.size - from : leaves.length;
    edge = await growChecked(read, edge, leaves.slice(0, cut));
    if (remembered?.size === edge.size) demandRoot(edge, remembered, 'FORK');
    edge = await growChecked(read, edge, leaves.slice(cut));
    for (const leaf of leaves) chains.add(Buffer.from(leaf).toString('utf8'));
    onProgress?.(edge.size, checkpoint.size);
  }
  chains.end();
  demandRoot(edge, checkpoint, 'ROOT');
  await compare(read, edgeFiles(edge));
  if (remembered?.size === 0) demandRoot(EMPTY_EDGE, remembered, 'FORK');
  return { checkpoint, heads: chains.heads };
}

async function readBundle(read: CheckLogOptions['read'], from: number, size: number): Promise<Uint8Array[]> {
  const width = Math.min(TILE_WIDTH, size - from);
  const path = tilePath({ level: 'entries', index: from / TILE_WIDTH, width });
  const leaves = unpackEntries((await read(path)) ?? new Uint8Array(), width);
  if (!leaves) throw new LogError('BUNDLE', path);
  return leaves;
}

/** Grows the tree and compares each tile that becomes full with the stored one. */
async function growChecked(
  read: CheckLogOptions['read'],
  edge: Edge,
  leaves: readonly Uint8Array[],
): Promise<Edge> {
  const growth = grow(sha256, edge, leaves);
  await compare(
    read,
    growth.files.filter(({ path }) => !path.includes('.p/')),
  );
  return growth.edge;
}

async function compare(read: CheckLogOptions['read'], files: Growth['files']): Promise<void> {
  for (const { path, bytes } of files) {
    // Entries were read from where they would be compared with.
    if (path.startsWith('tile/entries/')) continue;
    const stored = await read(path);
    if (!stored || !Buffer.from(stored).equals(bytes)) throw new LogError('TILE', path);
  }
}

function demandRoot(edge: Edge, { root, size }: Checkpoint, fault: LogFault): void {
  if (!Buffer.from(rootOf(sha256, edge)).equals(root)) throw new LogError(fault, `size ${size}`);
}

/** Follows the chains as their leaves come by in the order of the tree; the leaves of an item stand together. */
function chainChecker(gatewayKey: KeyObject) {
  const heads = new Map<string, ChainHead>();
  let item: { writer: string; seq: number; at: string; leaves: string[] } | null = null;
  const close = () => {
    if (!item) return;
    const head = heads.get(item.writer);
    const { head: next } = follow(head, item, gatewayKey);
    heads.set(item.writer, next);
    item = null;
  };
  return {
    heads,
    add(text: string) {
      const { writer, seq, time } = placeOf(text);
      if (item?.writer !== writer || item.seq !== seq) {
        close();
        item = { writer, seq, at: time, leaves: [] };
      }
      item.leaves.push(text);
    },
    end: close,
  };
}

function follow(head: ChainHead | undefined, item: Leaves, gatewayKey: KeyObject) {
  try {
    return head ? extendLeaves(head, item) : openLeaves(item, gatewayKey);
  } catch (error) {
    if (error instanceof ChainError) throw new LogError('CHAIN', error.entry);
    throw error;
  }
}

function placeOf(text: string): Pick<Entry, 'writer' | 'seq' | 'time'> {
  try {
    const { writer, seq, time } = JSON.parse(text) as Entry;
    return { writer: String(writer), seq: Number(seq), time: String(time) };
  } catch {
    return { writer: '', seq: Number.NaN, time: '' };
  }
}
