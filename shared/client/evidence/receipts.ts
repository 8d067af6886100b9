/** Checks receipts in answers: their signatures at once, and on demand their inclusion in the log. */

import { sha256 } from '@noble/hashes/sha2.js';
import type { Receipt } from '../../contract/common.ts';
import type { Checkpoint } from '../../tree/checkpoint.ts';
import { parseVerifier, type Verifier } from '../../tree/note.ts';
import { bodyOf, call, type Wire } from '../wire/call.ts';
import { FieldgateError } from '../wire/errors.ts';
import { pause } from '../wire/send.ts';
import type { Grant } from '../wire/tokens.ts';
import type { LogKeys, ReceiptsState } from '../wire/types.ts';
import {
  continues,
  headIn,
  isCovered,
  isReceipt,
  isSignedBy,
  type Place,
  placeIn,
  writerKeyIn,
} from './evidence.ts';

/** `place` is `null` until the log's tree contains the entry, which takes from seconds to a minute. */
export interface CheckedReceipt {
  entry: string;
  place: Place | null;
}

export function newLogKeys(pinned: string | undefined, kept: string | undefined): LogKeys {
  return { pinned, log: null, kept, head: null, writers: new Map(), notBefore: new Map() };
}

const MOST_WRITERS = 500;
const AGAIN = 5000;

/**
 * @param found members of an answer that must be receipts.
 * @returns how far they could be checked. Fetches the certificate of each new writer once.
 * @throws FieldgateError `RECEIPT_INVALID` if one is malformed or not signed by its writer.
 */
export async function checkReceipts(
  wire: Wire,
  grant: Grant,
  found: readonly unknown[],
): Promise<ReceiptsState> {
  if (!found.every(isReceipt)) throw invalid();
  let state: ReceiptsState = 'signed';
  for (const writer of new Set(found.map((receipt) => receipt.writer))) {
    const key = await writerKey(wire, grant, writer);
    if (!key) state = 'unchecked';
    const own = key ? found.filter((receipt) => receipt.writer === writer) : [];
    const good = await Promise.all(own.map((receipt) => isSignedBy(key as Uint8Array, receipt)));
    if (good.includes(false)) throw invalid();
  }
  return state;
}

/**
 * Checks one receipt completely: form, writer's certificate and signature. It also checks the proof that the
 * entry is in the tree under a checkpoint that the log has signed and that continues all earlier checkpoints
 * of the connection.
 *
 * @param wait milliseconds to wait until the tree contains the entry; 0 by default.
 * @throws FieldgateError `RECEIPT_INVALID` if any step fails; `NOT_FOUND` if the log does not have the entry,
 * which is also a fault of the log.
 */
export async function checkReceipt(
  wire: Wire,
  grant: Grant,
  receipt: Receipt,
  wait = 0,
): Promise<CheckedReceipt> {
  if (!isReceipt(receipt)) throw invalid();
  const until = Date.now() + wait;
  for (;;) {
    const answer = await inclusion(wire, grant, receipt.entry);
    if (answer) {
      const log = await logKey(wire, grant);
      const key = await writerKeyIn(answer, receipt.writer, log);
      if (!key || !isCovered(answer, receipt) || !(await isSignedBy(key, receipt))) throw invalid();
      remember(wire.log.writers, receipt.writer, key);
      const placed = await placeIn(answer, receipt, log);
      if (!placed) throw invalid();
      await follow(wire, grant, log, placed.head);
      return { entry: receipt.entry, place: placed.place };
    }
    if (Date.now() >= until) break;
    await pause(Math.min(1000, until - Date.now()));
  }
  await checkReceipts(wire, grant, [receipt]);
  return { entry: receipt.entry, place: null };
}

/**
 * Checks that the tree contains a leaf, under a checkpoint that continues all earlier ones of the connection.
 * @returns `null` until the tree contains it
 * @throws FieldgateError RECEIPT_INVALID for a proof of another leaf or log
 */
export async function checkLeaf(
  wire: Wire,
  grant: Grant,
  leaf: Pick<Receipt, 'entry' | 'leafHash'>,
): Promise<Place | null> {
  const answer = await inclusion(wire, grant, leaf.entry);
  if (!answer) return null;
  const log = await logKey(wire, grant);
  const placed = await placeIn(answer, leaf, log);
  if (!placed) throw invalid();
  await follow(wire, grant, log, placed.head);
  return placed.place;
}

/** The log may only grow. @throws FieldgateError `RECEIPT_INVALID` for two inconsistent checkpoints. */
async function follow(wire: Wire, grant: Grant, log: Verifier, head: Checkpoint): Promise<void> {
  if (wire.log.kept !== undefined) {
    wire.log.head = await headIn(wire.log.kept, log);
    if (!wire.log.head) throw invalid();
    wire.log.kept = undefined;
  }
  const before = wire.log.head;
  if (before) {
    const [first, second] = before.size <= head.size ? [before, head] : [head, before];
    const proof = first.size === second.size ? [] : await consistency(wire, grant, first.size, second.size);
    if (!continues(first, second, proof)) throw invalid();
  }
  if (!before || head.size > before.size) wire.log.head = head;
}

/** Whether the log, as far as this connection has seen it, continues a tree of this size under this root. */
export async function continuesTree(
  wire: Wire,
  grant: Grant,
  { size, root }: { size: number; root: Uint8Array },
): Promise<boolean> {
  const { head } = wire.log;
  if (!head || head.size < size) return false;
  const proof = size === head.size ? [] : await consistency(wire, grant, size, head.size);
  return continues({ origin: head.origin, size, root }, head, proof);
}

async function consistency(wire: Wire, grant: Grant, from: number, to: number): Promise<unknown> {
  const path = '/v1/log/proofs/consistency';
  const query = { from, to };
  return bodyOf(await call(wire, { method: 'GET', path, query, grant, safety: 'repeatable' }))['proof'];
}

/** @returns the key, or `null` while its certificate is unavailable. @throws FieldgateError RECEIPT_INVALID */
async function writerKey(wire: Wire, grant: Grant, writer: string): Promise<Uint8Array | null> {
  const { writers, notBefore } = wire.log;
  const known = writers.get(writer);
  if (known || Date.now() < (notBefore.get(writer) ?? 0)) return known ?? null;
  try {
    const answer = await inclusion(quick(wire), grant, `${writer}-0-0`);
    const key = answer && (await writerKeyIn(answer, writer, await logKey(quick(wire), grant)));
    if (answer && !key) throw invalid();
    if (key) return remember(writers, writer, key);
  } catch (error) {
    if (!(error instanceof FieldgateError) || error.code === 'RECEIPT_INVALID') throw error;
  }
  remember(notBefore, writer, Date.now() + AGAIN);
  return null;
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): Value {
  const oldest = map.size >= MOST_WRITERS ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
  map.set(key, value);
  return value;
}

/** Limits the wait for the proof, because the answer itself has already arrived. */
function quick(wire: Wire): Wire {
  const { session } = wire;
  const retry = { ...session.retry, attempts: 1 };
  return { ...wire, session: { ...session, retry, timeout: Math.min(session.timeout, 5000) } };
}

/** @returns `null` while the entry is stored but not yet in the tree. */
async function inclusion(wire: Wire, grant: Grant, entry: string): Promise<Record<string, unknown> | null> {
  const path = '/v1/log/proofs/inclusion';
  try {
    return bodyOf(await call(wire, { method: 'GET', path, query: { entry }, grant, safety: 'repeatable' }));
  } catch (error) {
    if (error instanceof FieldgateError && error.code === 'CONFLICT') return null;
    throw error;
  }
}

/** The log's key: the pinned one, or the first one that the gateway gives, for the lifetime of the connection. */
async function logKey(wire: Wire, grant: Grant): Promise<Verifier> {
  if (wire.log.log) return wire.log.log;
  const text = wire.log.pinned ?? (await fetchKey(wire, grant));
  const log = parseVerifier(sha256, text.trim());
  if (!log) throw new FieldgateError('ANSWER_INVALID', 'The key of the log is not in vkey form');
  wire.log.log = log;
  return log;
}

async function fetchKey(wire: Wire, grant: Grant): Promise<string> {
  const headers = { accept: 'text/plain' };
  const answer = await call(wire, { method: 'GET', path: '/log/key', headers, grant, safety: 'repeatable' });
  return answer.text;
}

function invalid(): FieldgateError {
  const message =
    'A receipt is not what the log vouches for. The request may have been carried out; ask the operator';
  return new FieldgateError('RECEIPT_INVALID', message);
}
