/**
 * The data path of a release. What follows from caller, purpose and request alone is refused before any look-up.
 * Nothing is opened for the decision before an attempt entry is durable, and nothing for the answer before the
 * decision entry is.
 */

import { findSubjects } from '../steps/find-subjects.ts';
import { currentFreezes } from '../steps/freezes.ts';
import { checkCollected, collectApproved, loadRequest, requireApproval } from './approval.ts';
import type { ReleaseCall } from './call.ts';
import { decideSubjects } from './decide.ts';
import { checkLimits, countLimits } from './limits.ts';
import { loadSubjects } from './load.ts';
import { appendAttempts, appendDecisions } from './log.ts';
import { loadDecoy, openDecided, openerFor, openFacts, unwrapDecided } from './open.ts';
import { type Presented, presentSubjects } from './present.ts';
import { loadReviewsDue, recordReviewsDue, refuseOverdue } from './reviews.ts';
import { refuseFrozen, screenRequest } from './screen.ts';

/**
 * @returns the answer, with its subjects in the order of the request
 * @throws Problem with a rule, if the caller may learn it; BUDGET_SPENT, VALIDITY_ENDED, BATCH_LIMIT;
 * LOG_UNAVAILABLE, KMS_UNAVAILABLE, STORE_UNAVAILABLE or INTEGRITY_FAULT if nothing was released
 */
export async function releaseFields(asked: ReleaseCall): Promise<Presented> {
  const ceiling = await screenRequest(asked);
  const names = await findSubjects(asked, asked.subjects);
  const [stored, attempts, opener, decoy, freezes, named, overdue] = await Promise.all([
    loadSubjects(asked, names),
    appendAttempts(asked, ceiling, names),
    openerFor(asked),
    loadDecoy(asked, ceiling),
    currentFreezes(asked.deps),
    loadRequest(asked),
    loadReviewsDue(asked, ceiling),
    asked.session.replay.claim(asked.ask.officer, asked.subjects.length),
  ]);
  const { call, screening } = await refuseFrozen(asked, ceiling, freezes, attempts);
  await refuseOverdue(call, overdue, attempts);
  const loaded = await requireApproval(call, named, stored, attempts);
  const opened = await openFacts(call, opener, screening, { loaded, decoy });
  const decided = decideSubjects(call, opened);
  const [receipts, counts, collected] = await Promise.all([
    appendDecisions(call, screening, decided, attempts),
    countLimits(call, screening, decided),
    collectApproved(call, named, decided),
    recordReviewsDue(call, screening, decided, attempts),
    unwrapDecided(call, opener, decided),
  ]);
  const steps = await checkLimits(call, counts, receipts);
  await checkCollected(call, collected, receipts);
  const complete = openDecided(call, decided);
  return presentSubjects(call, screening, complete, { receipts, steps, ends: counts.matter?.ends });
}
