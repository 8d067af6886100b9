/** For tests that read a record often by an emergency, which is the purpose that needs no facts. */
import { pack } from '../../functions/session/policy.ts';

/** Lifts the limit of emergencies that wait for a review, for this process. */
export function liftReviewLimit(): void {
  const review = pack.approvals?.review;
  if (review) Object.assign(review, { unreviewed: { agency: 1e6, officer: 1e6 } });
}
