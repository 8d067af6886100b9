/** Acts that two different people must ask for: the first request waits for a day, the second approves it. */

import type { Receipt } from '../../shared/log/write/seal.ts';
import { requireAnother } from '../session/actor.ts';

export interface FirstRequest {
  /** Digest of the person who asked. */
  person: string;
  /** Id of the log entry of the request. */
  entry: string;
}

/** A first request as documents keep it. */
export interface WaitingRequest extends FirstRequest {
  /** RFC 3339; from then on the request counts for nothing. */
  expires: string;
}

export interface Pending {
  state: 'pending';
  /** RFC 3339. */
  expiresAt: string;
  receipt: Receipt;
}

/** Milliseconds that a first request waits for the second person. */
const PATIENCE = 86_400_000;

/** @returns the request, if it has not expired */
export function stillWaiting(request: WaitingRequest | null | undefined, now: number): WaitingRequest | null {
  return request && Date.parse(request.expires) > now ? request : null;
}

/**
 * @param first the request that waits, if any
 * @param log appends the entry of a first request
 * @param keep stores a first request; returns another person's if that was stored first
 * @returns the answer to the first person, or the request that the second person approves
 * @throws Problem APPROVER_IS_REQUESTER if one person asks twice
 */
export async function requestOrApprove<First extends FirstRequest>(
  { first, person, now }: { first: First | null; person: string; now(): number },
  log: () => Promise<Receipt>,
  keep: (request: WaitingRequest) => Promise<First | null>,
): Promise<{ pending: Pending } | { approved: First }> {
  if (first) return { approved: approvedBy(person, first) };
  const receipt = await log();
  const expires = wholeSecond(now() + PATIENCE);
  const faster = await keep({ person, entry: receipt.entry, expires });
  if (faster) return { approved: approvedBy(person, faster) };
  return { pending: { state: 'pending', expiresAt: expires, receipt } };
}

function approvedBy<First extends FirstRequest>(person: string, first: First): First {
  requireAnother(first.person, person);
  return first;
}

/** Stores delete expired items by the second. */
function wholeSecond(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString();
}
