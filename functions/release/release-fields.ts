/**
 * The data path of a release. Whatever follows from caller, purpose and request alone is refused before any
 * look-up; nothing is opened for the decision before an attempt entry is durable, and nothing for the answer
 * before the decision entry is.
 */

import { findSubjects } from '../steps/find-subjects.ts';
import { currentFreezes } from '../steps/freezes.ts';
import { checkCollected, collectApproved, loadRequest, requireApproval } from './approval.ts';
import type { ReleaseCall } from './call.ts';
import { decideSubjects } from './decide.ts';
import { checkVolume, spendVolume } from './limits.ts';
import { loadSubjects } from './load.ts';
import { appendAttempts, appendDecisions } from './log.ts';
import { loadDecoy, openDecided, openerFor, openFacts, unwrapDecided } from './open.ts';
import { type Presented, presentSubjects } from './present.ts';
import { loadOwed, oweReviews, refuseOverdue } from './reviews.ts';
import { refuseFrozen, screenRequest } from './screen.ts';

/**
 * @returns the answer; its subjects are in the order of the request
 * @throws Problem with a rule for what the caller may be told; BUDGET_SPENT, VALIDITY_ENDED, BATCH_LIMIT; LOG_UNAVAILABLE, KMS_UNAVAILABLE,
 * STORE_UNAVAILABLE or INTEGRITY_FAULT when nothing was released
 */
export async function releaseFields(asked: ReleaseCall): Promise<Presented> {
  const ceiling = await screenRequest(asked);
  const names = await findSubjects(asked, asked.subjects);
  const [found, attempts, opener, decoy, freezes, named, owes] = await Promise.all([
    loadSubjects(asked, names),
    appendAttempts(asked, ceiling, names),
    openerFor(asked),
    loadDecoy(asked, ceiling),
    currentFreezes(asked.deps),
    loadRequest(asked),
    loadOwed(asked, ceiling),
    asked.session.replay.claim(asked.ask.officer),
  ]);
  const { call, screening } = await refuseFrozen(asked, ceiling, freezes, attempts);
  await refuseOverdue(call, owes, attempts);
  const loaded = await requireApproval(call, named, found, attempts);
  await openFacts(call, opener, screening, { loaded, decoy });
  const decided = decideSubjects(call, loaded);
  const [receipts, spent, collected] = await Promise.all([
    appendDecisions(call, screening, decided, attempts),
    spendVolume(call, screening, decided),
    collectApproved(call, named, decided),
    oweReviews(call, screening, decided, attempts),
    unwrapDecided(call, opener, decided),
  ]);
  await checkVolume(call, spent, receipts);
  await checkCollected(call, collected, receipts);
  const opened = openDecided(call, decided);
  return presentSubjects(call, screening, opened, { receipts, ends: spent.matter?.ends });
}
