import { createHash } from 'node:crypto';
import { Problem } from '../../shared/errors.ts';
import type { Handler, NewEntry } from '../../shared/log/entry/entry.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import type { Hand } from '../../shared/policy/acts/permits.ts';
import {
  ACT_SECONDS,
  closeAct,
  openAct,
  type PendingAct,
  readAct,
} from '../../shared/records/gateway/pending-acts.ts';
import type { Pending } from '../http/contract/maintenance.ts';
import { type ActWords, evidenceWord, handlerOf, loggedInAs, personBy, wordsOf } from '../session/actor.ts';
import { handOf, requireSecond } from '../session/acts.ts';
import type { Session } from '../session/session.ts';
import type { MaintenanceDeps } from './deps.ts';

/** Who acts and why, as every entry of the act says it. Jobs keep it as JSON. */
export interface Actor {
  handler: Handler;
  words: NonNullable<NewEntry['words']>;
  /** The person's word; `null` where an office names its officer. */
  loggedIn: string | null;
  /** The version in force when the act began. */
  policy?: NewEntry['policy'];
}

/**
 * The words may stand in the token or in the body.
 * @throws Problem INVALID_REQUEST when they stand in both and differ
 */
export function actorOf(
  session: Session,
  body: { [name in keyof ActWords]: string | undefined },
  policy: NewEntry['policy'],
): Actor {
  const words = { ...wordsOf(session, body), ...evidenceWord(session) };
  return { handler: handlerOf(session), words, loggedIn: loggedInAs(session), policy };
}

/** @throws Problem NO_OFFICER, NO_REASON: what two people do, both say why */
export function personOf({ handler, words, loggedIn }: Actor): string {
  return personBy(handler.agency, loggedIn, words);
}

/** What the entries of an act share. */
export function actEntry({ handler, words, policy }: Actor): Pick<NewEntry, 'handler' | 'words' | 'policy'> {
  return { handler, words, ...(policy && { policy }) };
}

/* Acts that two different people have to ask for: the first request waits, the second carries it out. */

/** Name of an act on subjects; a digest, since it outlives the subjects by a day. */
export function actName(kind: string, ...subjects: string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, ...subjects]))
    .digest('base64url');
}

export function findAct({ now, tables }: MaintenanceDeps, act: string): Promise<PendingAct | null> {
  return readAct(tables.jobs, act, now());
}

/**
 * @returns the answer to the first of two people, or the request of the first when this is the second
 * @throws Problem APPROVER_IS_REQUESTER when one person asks twice
 */
export async function requestOrApprove(
  { deps, session, actor }: { deps: MaintenanceDeps; session: Session; actor: Actor },
  act: string,
  request: NewEntry,
): Promise<{ pending: Pending } | { approved: PendingAct }> {
  const requester = personOf(actor);
  const hand = handOf(session, requester);
  const known = await findAct(deps, act);
  if (known) return { approved: secondOf(session, known, hand) };
  const [receipt] = (await deps.log.append([request])) as [Receipt];
  const now = deps.now();
  const expires = Math.floor(now / 1000) + ACT_SECONDS;
  const { clientId, departments } = hand;
  const opened = { requester, clientId, departments, entry: receipt.entry, expires };
  if (await openAct(deps.tables.jobs, act, opened, now)) {
    return { pending: { state: 'pending', expiresAt: new Date(expires * 1000).toISOString(), receipt } };
  }
  // Two people asked at the same time, and the other was first.
  const first = await findAct(deps, act);
  if (!first) throw new Problem('CONFLICT', { detail: 'The request changed meanwhile; try again.' });
  return { approved: secondOf(session, first, hand) };
}

/** @throws Problem APPROVER_IS_REQUESTER */
function secondOf(session: Session, act: PendingAct, second: Hand): PendingAct {
  const { requester: person, clientId, departments } = act;
  requireSecond(session, { person, clientId, departments }, second);
  return act;
}

/** Keeps the answer for a day, for the approver alone. */
export async function keepAnswer(
  { now, tables }: MaintenanceDeps,
  act: string,
  actor: Actor,
  answer: object,
): Promise<void> {
  const kept = { approver: personOf(actor), answer: JSON.stringify(answer), now: now() };
  await closeAct(tables.jobs, act, kept);
}
