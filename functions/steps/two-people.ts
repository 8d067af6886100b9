/** Acts that two different people must request: the first request waits, and the second person approves it by its entry. */

import type { Receipt as Answered, Pending } from '../../shared/contract/common.ts';
import { Problem } from '../../shared/errors.ts';
import type { EntryId } from '../../shared/ids.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { commonTexts } from '../../shared/messages/common.ts';
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
export function stillWaiting<R extends WaitingRequest>(request: R | null | undefined, now: number): R | null {
  return request && Date.parse(request.expires) > now ? request : null;
}

/**
 * A second person confirms the request that they have seen, and no other. A call that names none can only be a first request.
 * @param waits entry of the request that waits, if one does. @param seen the entry that the call names
 * @throws Problem CONFLICT, with both
 */
export function requireSeen(waits: string | undefined, seen: string | undefined): void {
  if (waits === seen) return;
  const detail = seen === undefined ? commonTexts.namesNoEntry : commonTexts.waitsNoMore;
  throw new Problem('CONFLICT', { detail, seen, waits });
}

/**
 * From then on this call alone confirms the request: of several people at once one leaves an entry.
 * @param seen the entry that the call names
 * @throws Problem CONFLICT for another entry than that of the request, or while another call confirms it; APPROVER_IS_REQUESTER
 */
export async function confirmAlone(
  session: Session,
  first: FirstRequest,
  by: { person: string; seen: string | undefined },
): Promise<void> {
  requireConfirms(session, first, by);
  await session.replay.alone(`confirm ${first.entry}`);
}

/**
 * @param seen the entry that the call names
 * @throws Problem CONFLICT for another entry than that of the request; APPROVER_IS_REQUESTER
 */
export function requireConfirms(
  session: Session,
  first: FirstRequest,
  { person, seen }: { person: string; seen: string | undefined },
): void {
  requireSeen(first.entry, seen);
  requireSecond(session, first, handOf(session, person));
}

/** One of the calls that an act of two people takes. */
interface Asked<First> {
  session: Session;
  /** What waits, if anything does. */
  first: First | null;
  person: string;
  /** The entry that the call names; the second person names that of the request, and the first none. */
  seen: string | undefined;
  now(): number;
  /** Whether a call without an entry asks for just what waits, so that it may be the first person's repeat. */
  repeats?: boolean;
  /** What stands before a first request and changes with it, so that of several at once one leaves an entry. */
  after?: string;
}

/**
 * The first person's repeat, for example after a lost answer, is answered as the first request was.
 * @param log appends the entry of a first request
 * @param keep stores a first request; returns another person's if that was stored first
 * @returns the answer to the first person, or the request that the second person approves
 * @throws Problem CONFLICT if the call names another entry than that of the request that waits, or none though another
 * person's waits; APPROVER_IS_REQUESTER if the act's row does not accept these two people
 */
export async function requestOrApprove<First extends WaitingRequest>(
  { session, first, person, seen, now, repeats = true, after }: Asked<First>,
  log: () => Promise<Receipt>,
  keep: (request: WaitingRequest) => Promise<First | null>,
): Promise<{ pending: Pending } | { approved: First }> {
  const hand = handOf(session, person);
  if (seen !== undefined) {
    requireSeen(first?.entry, seen);
    await confirmAlone(session, first as First, { person, seen });
    return { approved: first as First };
  }
  const pendingOf = ({ expires, receipt }: WaitingRequest) => ({
    pending: { state: 'pending', expiresAt: expires, receipt: receipt as Answered } as const,
  });
  const repeatOf = (waiting: First) => {
    const own = waiting.person === person && waiting.clientId === hand.clientId;
    if (!repeats || !own || !waiting.receipt) requireSeen(waiting.entry, undefined);
    return pendingOf(waiting);
  };
  if (first) return repeatOf(first);
  if (after !== undefined) await session.replay.alone(`begin ${session.act.name} ${after}`);
  const receipt = await log();
  const expires = wholeSecond(now() + patienceOf(session));
  const request = { ...hand, entry: receipt.entry, expires, receipt };
  const faster = await keep(request);
  return faster ? repeatOf(faster) : pendingOf(request);
}

/** Stores delete expired items by the second. */
function wholeSecond(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString();
}
