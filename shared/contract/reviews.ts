/** What security officers have to review, and how far they are. */

import type { Answer } from './api.ts';

/** Entries alike, the most urgent group first. */
export type ReviewGroup = Answer<'GET /v1/log/reviews/queue'>['groups'][number];

/** One kind of entry on one day. */
export type ReviewDay = ReviewCoverage['days'][number];

/** How far the review of a span is. */
export type ReviewCoverage = Answer<'GET /v1/log/reviews/coverage'>;

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
export type ReviewReport = Answer<'POST /v1/log/reports'>['report'];
