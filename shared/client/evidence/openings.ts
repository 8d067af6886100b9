/** Checks what the openings of a leaf prove, and that the leaf is in the log. */

import type { Receipt } from '../../contract/common.ts';
import type { Json } from '../../json.ts';
import { bodyOf, call, type Wire } from '../wire/call.ts';
import { FieldgateError } from '../wire/errors.ts';
import type { Grant } from '../wire/tokens.ts';
import type { Proven } from '../wire/types.ts';
import { differsFrom, type Opened, openedIn } from './opened.ts';
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
  const { id, leafHash, ...opened } = read(answer);
  if (id !== receipt.entry || leafHash !== receipt.leafHash) throw invalid();
  return { ...checked, ...opened };
}

/**
 * Checks a use of the agency's fields, read with its openings.
 * @throws FieldgateError RECEIPT_INVALID if leaf, opening or proof differ, or if the use shows another value
 */
export async function checkUse(wire: Wire, grant: Grant, use: Proven): Promise<OpenedEntry> {
  const opened = read(use);
  if (differsFrom(opened, use)) throw invalid();
  const { time, said, leafHash } = opened;
  return { entry: use.id, place: await checkLeaf(wire, grant, { entry: use.id, leafHash }), time, said };
}

/** @throws FieldgateError RECEIPT_INVALID if an opening does not match the leaf's commitment */
function read(answer: Record<string, unknown>): Opened {
  const opened = openedIn(answer);
  if (!opened) throw invalid();
  return opened;
}

const invalid = () => new FieldgateError('RECEIPT_INVALID', 'The entry does not match its leaf in the log');
