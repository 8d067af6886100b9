/** What security officers have to review, and how far they are. */

/** Entries alike, the most urgent group first. */
export interface ReviewGroup {
  agency: string;
  purpose: string | null;
  officer: string | null;
  kind: string;
  outcome: string | null;
  rule: string | null;
  code: string | null;
  count: number;
  /** Newest first. */
  ids: string[];
  newest: string;
  oldest: string;
  rank: number;
  why: string[];
  /** Has a verdict of another person, and waits for a second look. */
  second?: boolean;
  /** The earliest instant by which a review that the policy demands is due. */
  due?: string;
}

/** One kind of entry on one day. */
export interface ReviewDay {
  day: string;
  kind: string;
  entries: number;
  reviewed: number;
  /** Reviewed by two people, and in how many cases both gave the same verdict. */
  twice: number;
  agree: number;
  verdicts: Record<string, number>;
}

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
