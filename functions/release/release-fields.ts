/**
 * The data path of a release. What follows from caller, purpose and request alone is refused before any look-up.
 * Nothing is opened for the decision before an attempt entry is durable, and nothing for the answer before the
 * decision entry is.
 */

import type { EntryId } from '../../shared/ids.ts';
import type { CaseRecord } from '../../shared/policy/decide/cases.ts';
import { closedBy } from '../../shared/policy/decide/withhold.ts';
import type { Screening } from '../../shared/policy/types.ts';
import type { Freeze } from '../../shared/records/casework/casework.ts';
import { findSubjects } from '../steps/find-subjects.ts';
import { currentFreezes } from '../steps/freezes.ts';
import { decoyId, forgetDecoy } from '../steps/holding.ts';
import { ClassesClosed, type Holding, type OpenKeys } from '../steps/open-sheets.ts';
import { restsFor } from '../steps/rests.ts';
import type { UnwrapDeps } from '../steps/stored-data-key.ts';
import {
  checkCollected,
  collectApproved,
  loadRequest,
  type NamedRequest,
  requireApproval,
} from './approval.ts';
import type { LoadedSubject, ReleaseCall } from './call.ts';
import { loadCase, requireCase } from './case.ts';
import { decideSubjects } from './decide.ts';
import type { ReleaseDeps } from './deps.ts';
import { presentFiles } from './files.ts';
import { checkLimits, countLimits } from './limits.ts';
import { loadSubjects } from './load.ts';
import { appendAttempts, appendDecisions } from './log.ts';
import {
  loadDecoy,
  openDecided,
  openerFor,
  openFacts,
  probeClosed,
  refuseClosed,
  unwrapDecided,
  withInstead,
} from './open.ts';
import { type Presented, presentSubjects } from './present.ts';
import { undoCounts } from './read-ask.ts';
import { checkReviews, readReviewRoom, recordReviewsDue } from './reviews.ts';
import { refuseFrozen, screenRequest } from './screen.ts';

/**
 * @returns the answer, with its subjects in the order of the request
 * @throws Problem with a rule, if the caller may learn it; BUDGET_SPENT, CASE_NOT_OPEN, VALIDITY_ENDED, BATCH_LIMIT;
 * LOG_UNAVAILABLE, KMS_UNAVAILABLE, STORE_UNAVAILABLE, CLASS_UNAVAILABLE, HELD_BY_OWNER or INTEGRITY_FAULT if nothing was released
 */
export async function releaseFields(deps: ReleaseDeps, asked: ReleaseCall): Promise<Presented> {
  // What was spent before is not counted again, such as a ticket that serves once.
  const before = asked.undo.length;
  const ceiling = await screenRequest(deps, asked);
  const names = await findSubjects(deps, asked, asked.subjects);
  const [stored, attempts, opener, decoy, freezes, named, record, room] = await Promise.all([
    loadSubjects(deps, names, asked.ask.collection),
    appendAttempts(deps, asked, ceiling, names),
    openerFor(deps, asked),
    loadDecoy(deps, asked.pack),
    currentFreezes(deps),
    loadRequest(deps, asked),
    loadCase(deps, asked),
    readReviewRoom(deps, asked, ceiling),
    asked.session.replay.claim(asked.ask.officer, asked.subjects.length),
  ]);
  const { closed, probed } = await probeClosed(opener, asked, decoy);
  const begun = { ceiling, stored, attempts, opener, decoy, freezes, named, record, room };
  try {
    return await answerRelease(deps, asked, begun, { closed, probed });
  } catch (error) {
    // A class turned out to be closed after the decision. All are decided again without it, those with and those without data.
    if (!(error instanceof ClassesClosed)) throw error;
    forgetDecoy(deps, asked.pack);
    const all = [...new Set([...closed, ...error.classes])];
    if (all.length === closed.length || closedBy(asked.pack, all, ceiling.facts)) throw error;
    await undoCounts({ undo: asked.undo.splice(before) });
    return answerRelease(deps, asked, begun, { closed: all, probed: new Map() });
  }
}

/** What the first round trip loaded. */
interface Begun {
  ceiling: Screening;
  stored: LoadedSubject[];
  attempts: EntryId[];
  opener: UnwrapDeps;
  decoy: Holding | null;
  freezes: readonly Freeze[];
  named: NamedRequest | null;
  record: CaseRecord | null;
  room: boolean;
}

/** @throws ClassesClosed, after logging it, if KMS opens further classes for no caller */
async function answerRelease(
  deps: ReleaseDeps,
  asked: ReleaseCall,
  { ceiling, stored, attempts, opener, decoy, freezes, named, record, room }: Begun,
  { closed, probed }: { closed: readonly string[]; probed: OpenKeys },
): Promise<Presented> {
  const { call: free, screening } = await refuseFrozen(deps, asked, ceiling, freezes, closed, attempts);
  const approved = await requireApproval(deps, free, named, stored, attempts);
  const { call, loaded } = await requireCase(deps, free, record, approved, attempts);
  const people = loaded.map(({ item, casework }) => ({ subject: item?.subject ?? decoyId(), casework }));
  const [opened, rests] = await Promise.all([
    openFacts(opener, { call, screening, loaded, decoy, attempts, probed }, deps),
    restsFor(deps, call.pack, screening.facts, people),
  ]);
  const decided = withInstead(opener, call, decideSubjects(call, opened, rests), decoy);
  const [receipts, counts, collected, reviews, off] = await Promise.all([
    appendDecisions(deps, call, screening, decided, attempts),
    countLimits(deps, call, screening, decided),
    collectApproved(deps, call, named, decided),
    recordReviewsDue(deps, call, screening, decided, attempts, room),
    unwrapDecided(opener, call.pack, decided),
  ]);
  if (off) return refuseClosed(deps, call, off, { about: receipts[0]?.entry });
  const steps = await checkLimits(deps, call, counts, receipts);
  await checkReviews(deps, call, reviews, attempts);
  await checkCollected(deps, call, collected, receipts);
  const complete = openDecided(call.pack, decided);
  const ends = Math.min(counts.matter?.ends ?? Infinity, call.case?.ends ?? Infinity);
  const presented = await presentSubjects(deps, call, screening, complete, { receipts, steps, ends, named });
  return presentFiles(deps, call, presented);
}
