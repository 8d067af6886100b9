/** One check, from the request to the answer: of a request that has come, or of a row of a list. */

import type { Verified } from '../../shared/contract/release.ts';
import type { VerificationRequest } from '../../shared/contract/routes/verify.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import type { Freeze } from '../../shared/records/casework/casework.ts';
import { atStep } from '../http/deadline.ts';
import { currentPack } from '../session/policy.ts';
import type { Session } from '../session/session.ts';
import { findByMatch, type Indexes, indexesOf } from '../steps/find-subjects.ts';
import { currentFreezes } from '../steps/freezes.ts';
import { decoyId } from '../steps/holding.ts';
import { weighStated } from '../steps/stated.ts';
import type { FoundSubject, VerifyCall } from './call.ts';
import { useCode } from './check-codes.ts';
import type { VerifyDeps } from './deps.ts';
import { readCall } from './read-call.ts';
import { screenCall, screenRequest } from './screen.ts';
import { startTurn } from './turns.ts';
import { verifyEligibility } from './verify-eligibility.ts';

interface BegunCheck {
  call: VerifyCall;
  freezes: readonly Freeze[];
  /** Hands over the look-up of the subject, which has begun if no screening by these freezes refuses the call. */
  look: () => Promise<FoundSubject>;
}

/** @throws Problem INVALID_REQUEST */
export async function beginCheck(
  deps: VerifyDeps,
  session: Session,
  request: VerificationRequest,
): Promise<BegunCheck> {
  const reading = currentFreezes(deps);
  reading.catch(() => {});
  const call = readCall(deps, await currentPack(deps), session, request);
  const indexes = beginIndexes(call);
  const freezes = await reading;
  return { call, freezes, look: lookAhead(call, freezes, indexes) };
}

/**
 * A refusal that depends on caller, purpose and budgets alone is answered at once; everything else at a fixed time step.
 * @param started `performance.now()` when the request came
 */
export async function finishCheck(
  deps: VerifyDeps,
  session: Session,
  started: number,
  { call, freezes, look }: BegunCheck,
): Promise<Verified> {
  call.ask = await weighStated(deps, { pack: call.pack, session, ask: call.ask });
  const screening = await screenRequest(call, freezes);
  const turn = await startTurn(call);
  return atStep(started, verifyEligibility(call, screening, look), turn.steps);
}

/** Begins to compute where the subject would be, while the freezes are read, unless the request is refused without them. */
function beginIndexes(call: VerifyCall): Indexes | undefined {
  const byMatch = call.subject.ref === undefined && call.subject.code === undefined;
  return byMatch && screenCall(call, []).ok ? indexesOf(call, call.keys) : undefined;
}

/**
 * Begins the look-up while the proof is claimed and the turn is counted, unless the screening refuses the request, so that
 * a frozen caller causes none, and if it only reads: a check code is used up by it. It never fails before it is awaited.
 * @returns what looks up the subject, or hands over what was begun
 */
function lookAhead(
  call: VerifyCall,
  freezes: readonly Freeze[],
  indexes: Indexes | undefined,
): () => Promise<FoundSubject> {
  if (call.subject.code !== undefined || !screenCall(call, freezes).ok)
    return () => findSubject(call, indexes);
  const begun = findSubject(call, indexes);
  begun.catch(() => {});
  return () => begun;
}

/** Looks up the subject that the request names, with the same calls whether or not a record exists. */
async function findSubject(call: VerifyCall, indexes: Indexes | undefined): Promise<FoundSubject> {
  const { deps, session, subject } = call;
  if (subject.ref !== undefined) {
    const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
    return { subject: references.toSubject(subject.ref) ?? decoyId() };
  }
  if (subject.code !== undefined) {
    const used = await useCode(call, subject.code);
    return { subject: used.subject ?? decoyId(), undo: used.undo };
  }
  return { subject: (await findByMatch(call, call.keys, '', indexes)) ?? decoyId() };
}
