/** What security officers have to review, and how far they are. */

import type { Day, Group } from './routes/reviews.ts';
import type { Shape } from './shape.ts';
/** Entries alike, the most urgent group first. */
export type ReviewGroup = Shape<typeof Group>;

/** One kind of entry on one day. */
export type ReviewDay = Shape<typeof Day>;

/** How far the review of a span is. */
export interface ReviewCoverage {
  days: ReviewDay[];
  medianMinutes: number | null;
  /** Whether older entries of the span were left out. */
  more: boolean;
}

/** What the entry of a report says: the digest of the whole report, and what names it on paper. */
export interface ReportFinding {
  /** SHA-256 of the RFC 8785 form of the report, base64. */
  digest: string;
  from: string;
  to: string;
  /** The tree that the officer had verified. */
  verified?: { size: number; root: string };
}

/** The review in a period, as an officer reports it. */
export interface ReviewReport {
  from: string;
  to: string;
  days: ReviewDay[];
  medianMinutes: number | null;
  /** The tree that the officer has verified, with its root in base64. */
  verified?: { size: number; root: string };
}
