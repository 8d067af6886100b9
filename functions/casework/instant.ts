/** An instant that a desk states. */

import { invalid } from '../../shared/errors.ts';
import { commonTexts } from '../../shared/messages/common.ts';

/** Milliseconds by which the clock of a desk may be ahead. */
const SKEW = 60_000;

/** @returns epoch milliseconds, at most `now` @throws Problem INVALID_REQUEST for an instant in the future */
export function pastInstant(text: string, path: string, now: number): number {
  const at = Date.parse(text);
  if (at > now + SKEW) throw invalid(path, commonTexts.inFuture);
  return Math.min(at, now);
}
