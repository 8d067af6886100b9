/**
 * A batch is one step of the tree, stored completely before it is decided. Any process that reads the lock
 * can complete the step, so crashes need no separate code.
 */
import { hash } from 'node:crypto';
import type { LogId } from '../../shared/ids.ts';
import type { Indexed, IndexRow, Placed } from '../../shared/log/read/index-rows.ts';
import type { Counted } from '../../shared/log/read/person-counts.ts';
import { type Checkpoint, formatCheckpoint, parseCheckpoint } from '../../shared/tree/checkpoint.ts';

/** The last item of a writer's chain that is in the tree. */
export interface Head {
  writer: string;
  /** Raw public key, base64, certified by the chain's first item. */
  key: string;
  name: string;
  /** Of the certificate: kinds, and when the key begins and ends (RFC 3339 UTC). */
  kinds: readonly string[];
  started: string;
  until: string;
  seq: number;
  /** Hash of item `seq`, base64. */
  hash: string;
  /** When the sequencer last found a new item, epoch milliseconds. */
  seen: number;
}

export interface Batch {
  checkpoint: Checkpoint;
  heads: readonly Head[];
  placed: readonly Placed[];
  /** New tiles and entry bundles. */
  files: readonly { path: string; bytes: Uint8Array }[];
  /** Signatures of those bundles. */
  signatures: readonly { path: string; bytes: Uint8Array }[];
  /** How many entries the persons have in the tree that have some in the new leaves. */
  counts: readonly (readonly [LogId, Counted])[];
  /** Index rows of the new leaves. */
  rows: readonly IndexRow[];
  /** Whether `rows` is complete. It is not if the index lacked earlier leaves: then it has to catch up. */
  whole: boolean;
  /** Attempts that have no decision in the tree yet. */
  open: readonly Indexed[];
  /** Writers whose keys were revoked, and when (epoch milliseconds), as long as a certificate could last. */
  revoked: readonly { writer: string; at: number }[];
  /** Every entry stored before this instant is in the tree; epoch milliseconds. */
  until: number;
}

/** A batch as stored, and the lock value that names it. */
export interface StagedBatch {
  path: string;
  bytes: Uint8Array;
  lock: string;
}

export function stage({ heads, ...batch }: Batch): StagedBatch {
  const rest = JSON.stringify({
    ...batch,
    checkpoint: formatCheckpoint(batch.checkpoint),
    files: batch.files.map(asText),
    signatures: batch.signatures.map(asText),
  });
  const bytes = Buffer.from(`{"heads":[${heads.map(textOf).join(',')}],${rest.slice(1)}`);
  const digest = hash('sha256', bytes, 'hex');
  return { path: batchPath(digest), bytes, lock: `${formatCheckpoint(batch.checkpoint)}batch ${digest}\n` };
}

/** Most heads are those of the batch before. */
const texts = new WeakMap<Head, string>();

function textOf(head: Head): string {
  const text = texts.get(head) ?? JSON.stringify(head);
  texts.set(head, text);
  return text;
}

/** @returns checkpoint, path and digest of the batch that the lock names. @throws Error for anything but a lock. */
export function readLock(lock: string): { checkpoint: Checkpoint; path: string; digest: string } {
  const checkpoint = parseCheckpoint(lock);
  const digest = /\nbatch ([0-9a-f]{64})\n$/.exec(lock)?.[1];
  if (!checkpoint || digest === undefined) throw new Error('the lock of the log is damaged');
  return { checkpoint, path: batchPath(digest), digest };
}

/**
 * @param known the batch that the lock names, if this process made it
 * @throws Error unless the bytes are the batch that the lock names.
 */
export function openBatch(lock: string, bytes: Uint8Array | null, known?: Batch): Batch {
  const { checkpoint, digest } = readLock(lock);
  if (!bytes || hash('sha256', bytes, 'hex') !== digest) throw new Error('the batch of the log is missing');
  if (known) return known;
  const batch = JSON.parse(Buffer.from(bytes).toString('utf8'));
  return {
    checkpoint,
    heads: batch.heads,
    placed: batch.placed,
    counts: batch.counts,
    rows: batch.rows,
    whole: batch.whole,
    open: batch.open,
    revoked: batch.revoked,
    until: batch.until,
    files: batch.files.map(asBytes),
    signatures: batch.signatures.map(asBytes),
  };
}

function asText({ path, bytes }: { path: string; bytes: Uint8Array }): { path: string; bytes: string } {
  return { path, bytes: Buffer.from(bytes).toString('base64') };
}

function asBytes({ path, bytes }: { path: string; bytes: string }): { path: string; bytes: Uint8Array } {
  return { path, bytes: Buffer.from(bytes, 'base64') };
}

function batchPath(digest: string): string {
  return `batch/${digest}`;
}
