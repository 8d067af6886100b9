/**
 * The data path of a release. What follows from caller, purpose and request alone is refused before any look-up.
 * Nothing is opened for the decision before an attempt entry is durable, and nothing for the answer before the
 * decision entry is.
 */

import { findSubjects } from '../steps/find-subjects.ts';
import { currentFreezes } from '../steps/freezes.ts';
import { checkCollected, collectApproved, loadRequest, requireApproval } from './approval.ts';
import type { ReleaseCall } from './call.ts';
import { loadCase, requireCase } from './case.ts';
import { decideSubjects } from './decide.ts';
import type { ReleaseDeps } from './deps.ts';
import { checkLimits, countLimits } from './limits.ts';
import { loadSubjects } from './load.ts';
import { appendAttempts, appendDecisions } from './log.ts';
import { loadDecoy, openDecided, openerFor, openFacts, unwrapDecided } from './open.ts';
import { type Presented, presentSubjects } from './present.ts';
import { checkReviews, readReviewRoom, recordReviewsDue } from './reviews.ts';
import { refuseFrozen, screenRequest } from './screen.ts';

/**
 * @returns the answer, with its subjects in the order of the request
 * @throws Problem with a rule, if the caller may learn it; BUDGET_SPENT, CASE_NOT_OPEN, VALIDITY_ENDED, BATCH_LIMIT;
 * LOG_UNAVAILABLE, KMS_UNAVAILABLE, STORE_UNAVAILABLE or INTEGRITY_FAULT if nothing was released
 */
export async function releaseFields(deps: ReleaseDeps, asked: ReleaseCall): Promise<Presented> {
  const ceiling = await screenRequest(deps, asked);
  const names = await findSubjects(deps, asked, asked.subjects);
  const [stored, attempts, opener, decoy, freezes, named, record, room] = await Promise.all([
    loadSubjects(deps, names, asked.ask.collection),
    appendAttempts(deps, asked, ceiling, names),
    openerFor(deps, asked),
    loadDecoy(deps, asked.pack, ceiling),
    currentFreezes(deps),
    loadRequest(deps, asked),
    loadCase(deps, asked),
    readReviewRoom(deps, asked, ceiling),
    asked.session.replay.claim(asked.ask.officer, asked.subjects.length),
  ]);
  const { call: free, screening } = await refuseFrozen(deps, asked, ceiling, freezes, attempts);
  const approved = await requireApproval(deps, free, named, stored, attempts);
  const { call, loaded } = await requireCase(deps, free, record, approved, attempts);
  const opened = await openFacts(opener, call, screening, { loaded, decoy });
  const decided = decideSubjects(call, opened);
  const [receipts, counts, collected, reviews] = await Promise.all([
    appendDecisions(deps, call, screening, decided, attempts),
    countLimits(deps, call, screening, decided),
    collectApproved(deps, call, named, decided),
    recordReviewsDue(deps, call, screening, decided, attempts, room),
    unwrapDecided(opener, call.pack, decided),
  ]);
  const steps = await checkLimits(deps, call, counts, receipts);
  await checkReviews(deps, call, reviews, attempts);
  await checkCollected(deps, call, collected, receipts);
  const complete = openDecided(call.pack, decided);
  const ends = Math.min(counts.matter?.ends ?? Infinity, call.case?.ends ?? Infinity);
  return presentSubjects(deps, call, screening, complete, { receipts, steps, ends, named });
}
