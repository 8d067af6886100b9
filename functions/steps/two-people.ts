/** Acts that two different people must request: the first request waits for a day, the second person approves it. */

import type { Receipt as Answered, Pending } from '../../shared/contract/common.ts';
import type { EntryId } from '../../shared/ids.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import type { Hand } from '../../shared/policy/decide/permits.ts';
import { handOf, requireSecond } from '../session/acts.ts';
import type { Session } from '../session/session.ts';

export interface FirstRequest extends Hand {
  /** Id of the log entry of the request. */
  entry: EntryId;
}

/** A first request as documents keep it. */
export interface WaitingRequest extends FirstRequest {
  /** RFC 3339; after this instant the request no longer counts. */
  expires: string;
  /** Of the entry, for the first person's repeat. */
  receipt?: Answered;
}

/** Milliseconds that a first request waits for the second person, as the act's row says. */
function patienceOf({ act }: Session): number {
  return (act.pack.acts.get(act.name)?.second?.hours ?? 0) * 3_600_000;
}

/** @returns the request, if it has not expired */
export function stillWaiting(request: WaitingRequest | null | undefined, now: number): WaitingRequest | null {
  return request && Date.parse(request.expires) > now ? request : null;
}

/**
 * The first person's repeat, for example after a lost answer, is answered as the first request was.
 * @param first the pending request, if any
 * @param repeats whether the caller requests just what waits, and does not confirm what others requested
 * @param log appends the entry of a first request
 * @param keep stores a first request; returns another person's if that was stored first
 * @returns the answer to the first person, or the request that the second person approves
 * @throws Problem APPROVER_IS_REQUESTER if the act's row does not accept these two people
 */
export async function requestOrApprove<First extends WaitingRequest>(
  asked: { session: Session; first: First | null; person: string; now(): number; repeats?: boolean },
  log: () => Promise<Receipt>,
  keep: (request: WaitingRequest) => Promise<First | null>,
): Promise<{ pending: Pending } | { approved: First }> {
  const { session, first, person, now, repeats = true } = asked;
  const second = handOf(session, person);
  const approve = (other: First) => {
    const { receipt, expires } = other;
    const own = other.person === person && other.clientId === second.clientId;
    if (repeats && own && receipt)
      return { pending: { state: 'pending', expiresAt: expires, receipt } as const };
    requireSecond(session, other, second);
    return { approved: other };
  };
  if (first) return approve(first);
  const receipt = await log();
  const expires = wholeSecond(now() + patienceOf(session));
  const faster = await keep({ ...second, entry: receipt.entry, expires, receipt });
  if (faster) return approve(faster);
  return { pending: { state: 'pending', expiresAt: expires, receipt } };
}

/** Stores delete expired items by the second. */
function wholeSecond(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString();
}
