/**
 * A batch is one step of the tree, stored completely before it is decided. Any process that reads the lock
 * can complete the step, so crashes need no separate code.
 */
import { hash } from 'node:crypto';
import type { LogId } from '../../shared/ids.ts';
import type { Indexed, IndexRow, Placed } from '../../shared/log/read/index-rows.ts';
import type { Counted } from '../../shared/log/read/person-counts.ts';
import { type Checkpoint, formatCheckpoint, parseCheckpoint } from '../../shared/tree/checkpoint.ts';
import { type Base, type Head, headsOf, movedSince, openBase } from './heads.ts';

export interface Batch {
  checkpoint: Checkpoint;
  /** Of all chains that entered the tree and that were not closed. */
  heads: readonly Head[];
  /** Where those are stored that have not moved for long. */
  base: Base | null;
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
interface StagedBatch {
  path: string;
  bytes: Uint8Array;
  lock: string;
}

export function stage({ heads, base, ...batch }: Batch): StagedBatch {
  const { moved, gone } = movedSince(base, heads);
  const rest = JSON.stringify({
    ...batch,
    base: base?.digest,
    gone,
    checkpoint: formatCheckpoint(batch.checkpoint),
    files: batch.files.map(asText),
    signatures: batch.signatures.map(asText),
  });
  const bytes = Buffer.from(`{"moved":[${moved.map(textOf).join(',')}],${rest.slice(1)}`);
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
 * @param own what this process decided last
 * @throws Error unless the files are the batch that the lock names.
 */
export async function openBatch(
  lock: string,
  read: (path: string) => Promise<Uint8Array | null>,
  own?: { lock: string; batch: Batch },
): Promise<Batch> {
  const { checkpoint, path, digest } = readLock(lock);
  const bytes = await read(path);
  if (!bytes || hash('sha256', bytes, 'hex') !== digest) throw new Error('the batch of the log is missing');
  if (own?.lock === lock) return own.batch;
  const batch = JSON.parse(Buffer.from(bytes).toString('utf8'));
  const base = batch.base === undefined ? null : await baseNamed(batch.base, read, own?.batch.base);
  return {
    checkpoint,
    // A version before had all heads in the batch, under this name.
    heads: batch.heads ?? headsOf(base, batch),
    base,
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

async function baseNamed(
  digest: string,
  read: (path: string) => Promise<Uint8Array | null>,
  known: Base | null | undefined,
): Promise<Base> {
  return known?.digest === digest ? known : openBase(digest, await read(batchPath(digest)));
}

function asText({ path, bytes }: { path: string; bytes: Uint8Array }): { path: string; bytes: string } {
  return { path, bytes: Buffer.from(bytes).toString('base64') };
}

function asBytes({ path, bytes }: { path: string; bytes: string }): { path: string; bytes: Uint8Array } {
  return { path, bytes: Buffer.from(bytes, 'base64') };
}

/** Of a batch, and of the heads that it names. */
export function batchPath(digest: string): string {
  return `batch/${digest}`;
}
