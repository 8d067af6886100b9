/** One check, from the request to the answer: of a request that has come, or of a row of a list. */

import type { Verified } from '../../shared/contract/release.ts';
import type { VerificationRequest } from '../../shared/contract/routes/verify.ts';
import type { Freeze } from '../../shared/records/casework/casework.ts';
import { atStep } from '../http/deadline.ts';
import { currentPack } from '../session/policy.ts';
import type { Session } from '../session/session.ts';
import { currentFreezes } from '../steps/freezes.ts';
import { weighStated } from '../steps/stated.ts';
import type { FoundSubject, VerifyCall } from './call.ts';
import type { VerifyDeps } from './deps.ts';
import { beginIndexes, lookAhead } from './find-subject.ts';
import { readCall } from './read-call.ts';
import { screenRequest } from './screen.ts';
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
