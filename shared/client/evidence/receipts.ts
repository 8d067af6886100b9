/** Checks receipts in answers: their signatures at once, and on demand their inclusion in the log. */

import { sha256 } from '@noble/hashes/sha2.js';
import type { Receipt } from '../../contract/common.ts';
import { fromBase64 } from '../../tree/base64.ts';
import type { Checkpoint } from '../../tree/checkpoint.ts';
import { names, policyFor } from '../../tree/judge.ts';
import { formatVerifier, parseVerifier, type Verifier } from '../../tree/note.ts';
import { bodyOf, call, type Wire } from '../wire/call.ts';
import { FieldgateError, type FieldgateErrorInit } from '../wire/errors.ts';
import { pause } from '../wire/send.ts';
import type { CommonOptions } from '../wire/session.ts';
import type { Grant } from '../wire/tokens.ts';
import type { LogKeys, ReceiptsState } from '../wire/types.ts';
import { codeOf, releasesOf, type Written } from './code.ts';
import {
  continues,
  headIn,
  isCovered,
  isReceipt,
  isSignedBy,
  type Place,
  placeIn,
  prefixIn,
  writerKeyIn,
  writtenBy,
} from './evidence.ts';
import { notYet, openWitnessed, type WitnessedEntry } from './witnessed.ts';

/** `place` is `null` until the log's tree contains the entry, which takes from seconds to a minute. */
export interface CheckedReceipt {
  entry: string;
  place: Place | null;
  /** The function that wrote it, and which release that was; once the tree contains the entry. */
  by?: Written;
  /** Of a connection with a policy. If `fault` is not `null`, its witnesses do not vouch for the entry, or not yet. */
  witnessed?: WitnessedEntry;
}

/** @throws PolicyError, TypeError */
export function newLogKeys(
  options: Pick<CommonOptions, 'logKey' | 'checkpoint' | 'policy' | 'fresh' | 'releaseKey' | 'builds'>,
): LogKeys {
  const { logKey, checkpoint: kept, fresh } = options;
  const own = logKey === undefined ? undefined : (parseVerifier(sha256, logKey.trim()) ?? undefined);
  const policy = options.policy === undefined ? null : policyFor(sha256, options.policy, own);
  const [only, ...others] = policy?.logs ?? [];
  const pinned = logKey ?? (only && others.length === 0 ? formatVerifier(only.verifier) : undefined);
  const known = { told: new Set<string>(), writers: new Map(), notBefore: new Map() };
  const releases = releasesOf(options.releaseKey, options.builds);
  return { pinned, log: null, policy, fresh, releases, kept, head: null, ...known };
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
 * @param wait milliseconds to wait until the tree contains the entry, and witnesses have seen it; 0 by default.
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
    const found = await inclusion(wire, grant, receipt.entry);
    if (found) {
      const answer = bodyOf(found);
      const log = await logKey(wire, grant);
      const key = await writerKeyIn(answer, receipt.writer, log);
      if (!key || !isCovered(answer, receipt) || !(await isSignedBy(key, receipt))) throw invalid();
      remember(wire.log.writers, receipt.writer, key);
      const placed = await placeIn(answer, receipt, log);
      if (!placed) throw invalid();
      await follow(wire, grant, log, { tree: placed.head, note: placed.place.checkpoint });
      const witnessed = await witnessesOf(wire, grant, receipt);
      if (!witnessed?.fault || Date.now() >= until)
        return {
          entry: receipt.entry,
          place: placed.place,
          by: await codeOf(wire.log.releases, writtenBy(answer), () => builds(wire, grant)),
          ...(witnessed && { witnessed }),
        };
    }
    if (Date.now() >= until) break;
    await pause(Math.min(1000, until - Date.now()));
  }
  await checkReceipts(wire, grant, [receipt]);
  return { entry: receipt.entry, place: null };
}

/** What the witnesses of the reader's policy say of the entry; `null` without a policy. @throws FieldgateError */
async function witnessesOf(wire: Wire, grant: Grant, receipt: Receipt): Promise<WitnessedEntry | null> {
  const { policy, fresh } = wire.log;
  if (!policy) return null;
  const log = await logKey(wire, grant);
  if (!names(policy, log)) throw invalid();
  const answer = await inclusion(wire, grant, receipt.entry, 'text/plain');
  if (!answer) return notYet(policy);
  const opened = await openWitnessed(policy, log, { text: answer.text, leafHash: receipt.leafHash, fresh });
  if (!opened) throw invalid();
  if (opened.head) await follow(wire, grant, log, opened.head);
  return opened.said;
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
  const found = await inclusion(wire, grant, leaf.entry);
  if (!found) return null;
  const log = await logKey(wire, grant);
  const placed = await placeIn(bodyOf(found), leaf, log);
  if (!placed) throw invalid();
  await follow(wire, grant, log, { tree: placed.head, note: placed.place.checkpoint });
  return placed.place;
}

interface Seen {
  tree: Checkpoint;
  note: string;
}

/**
 * The log may only grow: this checkpoint, those of before, and those that came with answers are of one history.
 * @throws FieldgateError `RECEIPT_INVALID` for two that are not, with `fork` where both prove it
 */
async function follow(wire: Wire, grant: Grant, log: Verifier, head: Seen): Promise<void> {
  const { told, kept } = wire.log;
  if (kept !== undefined) {
    const tree = await headIn(kept, log);
    if (!tree) throw invalid();
    wire.log.head = { tree, note: kept };
    wire.log.kept = undefined;
  }
  const { head: before } = wire.log;
  if (before) await requireOneHistory(wire, grant, before, head);
  for (const encoded of told) {
    const bytes = fromBase64(encoded);
    const note = bytes ? new TextDecoder().decode(bytes) : '';
    const tree = await headIn(note, log);
    if (!tree) throw invalid();
    await requireOneHistory(wire, grant, { tree, note }, head);
    told.delete(encoded);
  }
  if (!before || head.tree.size > before.tree.size) wire.log.head = head;
}

async function requireOneHistory(wire: Wire, grant: Grant, one: Seen, other: Seen): Promise<void> {
  const [first, second] = one.tree.size <= other.tree.size ? [one, other] : [other, one];
  const [from, to] = [first.tree, second.tree];
  const isSame = from.size === to.size;
  const proof = isSame || from.size === 0 ? [] : await consistency(wire, grant, from.size, to.size);
  if (continues(from, to, proof)) return;
  const prefix = isSame ? undefined : prefixIn(from, to, proof);
  const proven = isSame || prefix !== undefined;
  throw proven
    ? invalid({ fork: { notes: [first.note, second.note], ...(prefix && { prefix }) } })
    : invalid();
}

/** Whether the log, as far as this connection has seen it, continues a tree of this size under this root. */
export async function continuesTree(
  wire: Wire,
  grant: Grant,
  { size, root }: { size: number; root: Uint8Array },
): Promise<boolean> {
  const head = wire.log.head?.tree;
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
    const found = await inclusion(quick(wire), grant, `${writer}-0-0`);
    const answer = found && bodyOf(found);
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

/** @returns `null` while the entry is stored but not yet in the tree, or, for a file, while no witnessed one covers it. */
async function inclusion(wire: Wire, grant: Grant, entry: string, accept = 'application/json') {
  const path = '/v1/log/proofs/inclusion';
  const headers = { accept };
  try {
    return await call(wire, { method: 'GET', path, query: { entry }, headers, grant, safety: 'repeatable' });
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

const fetchKey = (wire: Wire, grant: Grant) => fetchText(wire, grant, '/log/key');

/** @returns `null` if the gateway can't be asked now */
const builds = (wire: Wire, grant: Grant) =>
  fetchText(wire, grant, '/log/builds').catch((error) => {
    if (error instanceof FieldgateError) return null;
    throw error;
  });

async function fetchText(wire: Wire, grant: Grant, path: string): Promise<string> {
  const headers = { accept: 'text/plain' };
  return (await call(wire, { method: 'GET', path, headers, grant, safety: 'repeatable' })).text;
}

function invalid(init: FieldgateErrorInit = {}): FieldgateError {
  const message =
    'A receipt is not what the log vouches for. The request may have been carried out; ask the operator';
  return new FieldgateError('RECEIPT_INVALID', message, init);
}
