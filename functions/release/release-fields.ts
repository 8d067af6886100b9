/**
 * The data path of a release. Whatever follows from caller, purpose and request alone is refused before any
 * look-up; nothing is opened for the decision before an attempt entry is durable, and nothing for the answer
 * before the decision entry is.
 */

import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Ask } from '../../shared/policy/types.ts';
import type { SubjectName } from '../http/contract/asks.ts';
import type { Session } from '../session/authenticate.ts';
import { findSubjects } from '../steps/find-subjects.ts';
import { currentFreezes } from '../steps/freezes.ts';
import type { ReleaseDeps } from './app.ts';
import { appendAttempts } from './append-attempts.ts';
import { checkCollected, collectApproved, heedApproval, loadRequest } from './approval.ts';
import type { CardCheck } from './check-card.ts';
import { decideSubjects } from './decide.ts';
import type { Taken } from './give-back.ts';
import { heedFreezes } from './heed-freezes.ts';
import { checkVolume, spendVolume } from './limits.ts';
import { loadSubjects } from './load.ts';
import { appendDecisions } from './log.ts';
import { loadDecoy, openFacts } from './open.ts';
import { openDecided, unwrapDecided } from './open-decided.ts';
import { openerFor } from './opener-for.ts';
import { type Presented, presentSubjects } from './present.ts';
import { heedOwed, loadOwed, oweReviews } from './reviews.ts';
import { screenRequest } from './screen.ts';

/** What one call works with. */
export interface ReleaseCall {
  deps: ReleaseDeps;
  pack: Pack;
  session: Session;
  ask: Ask;
  subjects: readonly SubjectName[];
  /** Digest of the request as it was understood. */
  request: string;
  /** Epoch milliseconds of the decision: one instant for the whole call. */
  now: number;
  /** Of a call for a story card: what it is checked against. */
  card?: CardCheck;
  /** Filled in with what is limited and was taken. */
  taken: Taken;
}

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
  const { call, screening } = await heedFreezes(asked, ceiling, freezes, attempts);
  await heedOwed(call, owes, attempts);
  const loaded = await heedApproval(call, named, found, attempts);
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
