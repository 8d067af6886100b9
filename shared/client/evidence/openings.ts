/** Checks what the openings of a leaf prove, and that the leaf is in the log. */

import { sha256 } from '@noble/hashes/sha2.js';
import type { Receipt } from '../../contract/common.ts';
import type { Json } from '../../json.ts';
import { fromBase64, toBase64 } from '../../tree/base64.ts';
import { COMMITTED_BYTES, type Opening, opens } from '../../tree/commitments.ts';
import { hashLeaf } from '../../tree/merkle.ts';
import { bodyOf, call, type Wire } from '../wire/call.ts';
import { FieldgateError } from '../wire/errors.ts';
import type { Grant } from '../wire/tokens.ts';
import type { LogEntry } from '../wire/types.ts';
import { type CheckedReceipt, checkLeaf, checkReceipt } from './receipts.ts';

/** An entry as far as the caller may open it. */
export interface OpenedEntry extends CheckedReceipt {
  /** When the gateway wrote it (RFC 3339). */
  time: string;
  /** Members of the entry whose openings match the leaf. */
  said: Record<string, Json>;
}

/**
 * Opens the entry of a receipt of this agency: what the agency said itself, and under which policy.
 * @param wait milliseconds to wait until the tree contains the entry
 * @throws FieldgateError RECEIPT_INVALID if receipt, leaf, opening or proof differ; NOT_FOUND for another agency's entry
 */
export async function openReceipt(
  wire: Wire,
  grant: Grant,
  receipt: Receipt,
  wait: number,
): Promise<OpenedEntry> {
  const checked = await checkReceipt(wire, grant, receipt, wait);
  const path = `/v1/receipts/${encodeURIComponent(receipt.entry)}`;
  const answer = bodyOf(await call(wire, { method: 'GET', path, grant, safety: 'repeatable' }));
  const { id, leafHash, ...opened } = openedIn(answer);
  if (id !== receipt.entry || leafHash !== receipt.leafHash) throw invalid();
  return { ...checked, ...opened };
}

/**
 * Checks a use of the agency's fields, read with its openings.
 * @throws FieldgateError RECEIPT_INVALID if leaf, opening or proof differ, or if the use shows another value
 */
export async function checkUse(wire: Wire, grant: Grant, use: LogEntry): Promise<OpenedEntry> {
  const { id, leafHash, ...opened } = openedIn(use);
  if (id !== use.id) throw invalid();
  const differs = ['kind', 'operation', 'purpose', 'rule', 'outcome'].some(
    (name) => name in use && opened.said[name] !== use[name],
  );
  if (differs) throw invalid();
  return { entry: use.id, place: await checkLeaf(wire, grant, { entry: use.id, leafHash }), ...opened };
}

/** @throws FieldgateError RECEIPT_INVALID if an opening does not match the leaf's commitment */
function openedIn({ canonical, openings }: Record<string, unknown>) {
  const leaf = typeof canonical === 'string' ? fromBase64(canonical) : null;
  if (!leaf || typeof openings !== 'object' || openings === null) throw invalid();
  const { committed, time, id } = parsed(leaf);
  const said: Record<string, Json> = {};
  for (const [name, opening] of Object.entries(openings as Record<string, Opening>)) {
    if (!opens(sha256, committed, name, opening)) throw invalid();
    if (opening.text !== '') said[name] = JSON.parse(opening.text) as Json;
  }
  return { id, leafHash: toBase64(hashLeaf(sha256, leaf)), time, said };
}

function parsed(leaf: Uint8Array): { committed: Uint8Array; time: string; id: unknown } {
  try {
    const { committed, time, id } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(leaf));
    const bytes = typeof committed === 'string' ? fromBase64(committed, COMMITTED_BYTES) : null;
    if (bytes && typeof time === 'string') return { committed: bytes, time, id };
  } catch {
    // Not the JSON of a leaf.
  }
  throw invalid();
}

const invalid = () => new FieldgateError('RECEIPT_INVALID', 'The entry does not match its leaf in the log');
