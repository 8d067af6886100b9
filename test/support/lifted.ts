/** Limits of a day that a test lifts, because it makes more calls than an office does. They come back after its file. */
import { pack } from '../../functions/session/policy.ts';

/** Emergencies that wait for a review: the purpose that needs no facts reads records most simply. */
export function liftReviewLimit(): void {
  const review = pack.approvals?.review;
  if (review) Object.assign(review, { unreviewed: { agency: 1e6, officer: 1e6 } });
}

/** People about whom nothing is answered: many erased ones are asked about again. */
export function liftMissLimits(): void {
  const most = { alert: 1e6, slow: 1e6, stop: 1e6 };
  if (pack.misses) Object.assign(pack.misses, { agency: most, officer: most });
}

/** Acts by which one person stops something, and objections of one office. */
export function liftStopLimits(): void {
  const most = { alert: 1e6, stop: 1e6 };
  if (pack.stops) Object.assign(pack.stops, { person: most, office: most });
  if (pack.casework) Object.assign(pack.casework.objections, { perDay: 1e6 });
}

/** What one person may spend of the budgets of the office: one person of a test makes all its calls. */
export function liftShares(): void {
  if (pack.misses) Object.assign(pack.misses, { share: 100 });
}

/** Requests of one office that a department has not answered. */
export function liftOpenRequests(): void {
  if (pack.approvals) Object.assign(pack.approvals, { open: 1e6 });
}
