/** Security officers' acts on the log. All need the action `audit`. */

import type { Receipt } from '../contract/common.ts';
import type { WaitingRevocation } from '../contract/office.ts';
import type { ReviewCoverage, ReviewGroup, ReviewReport } from '../contract/reviews.ts';
import { defined } from '../defined.ts';
import type { Json } from '../json.ts';
import { type ComparedReport, compareReport } from './review-report.ts';
import { under, type Wire } from './wire/call.ts';

type Answer = Record<string, Json>;

/** Acts by name: the path of each, with the id of an entry in it, and the body. */
export interface AlertFilters {
  from?: string;
  to?: string;
  code?: string;
  agency?: string;
  severity?: string;
  acknowledged?: string;
  cursor?: string;
}

/** The filters are those of the list of entries, without person and officer. */
export interface StatsQuery {
  by: string;
  bucket?: string;
  /** Days before the span; the answer's `newAgencies` are those without an entry in them. */
  newWithin?: string;
  from?: string;
  to?: string;
  agency?: string;
  purpose?: string;
  outcome?: string;
  kind?: string;
  rule?: string;
  code?: string;
  field?: string;
  owner?: string;
}

export interface ReviewQueue {
  groups: ReviewGroup[];
  /** Entries to review and entries with a verdict, and whether older ones of the span were left out. */
  open: number;
  reviewed: number;
  /** Those of them that are alerts. */
  alerts: { open: number; reviewed: number };
  /** When the newest verdict was given. */
  lastAt?: string;
  more: boolean;
}

export interface ReviewedMany {
  reviews: { about: string; outcome: string; receipt: Receipt }[];
  /** `earlier`: the caller's own verdict, which another one must name in `supersedes`. */
  refused: { about: string; code: string; earlier?: string }[];
}

export interface Verdict {
  about: string;
  verdict: string;
  note?: string;
  /** The caller's own earlier verdict on the entry, which this one replaces. */
  supersedes?: string;
}

export interface Officers {
  /** A verdict on an entry: `justified`, `questioned` or `violation`. */
  review(id: string, verdict: string, note?: string, supersedes?: string): Promise<Answer>;
  acknowledge(id: string, note?: string): Promise<Answer>;
  /** Alerts, newest first, with counts; of the last 31 days by default. */
  alerts(query?: AlertFilters): Promise<Answer>;
  /** Marks a decoy, a person who does not exist, by the entry of its intake. */
  markDecoy(body: { entry: string; officer?: string; reason?: string }): Promise<Answer>;
  /** Decoys by their ids in the log. */
  decoys(): Promise<Answer>;
  /** One page of the heads of all records: `logId`, `owner`, `version`, `digest`. */
  heads(cursor?: string): Promise<Answer>;
  /** What is to be reviewed, in groups of entries alike, the most urgent first. */
  reviewQueue(query?: { from?: string; to?: string }): Promise<ReviewQueue>;
  /** How far the review is, by day and kind. */
  reviewCoverage(query: { from: string; to?: string }): Promise<ReviewCoverage>;
  /** Verdicts on up to 100 entries or alerts, as one item of the log. A repeat gets the same receipts. */
  reviewMany(verdicts: readonly Verdict[]): Promise<ReviewedMany>;
  /**
   * A report of the review in a period that has ended. The entry of its receipt has the digest as its finding.
   * @param verified the tree that the officer has verified
   */
  reviewReport(period: {
    from: string;
    to: string;
    verified?: { size: number; root: string };
  }): Promise<{ report: ReviewReport; digest: string; receipt: Receipt }>;
  /** A report by the number of its entry, compared with the log; see `review-report.ts`. */
  compareReport(entry: string): Promise<ComparedReport>;
  /**
   * Counts by `purpose`, `agency`, `officer`, `field`, `outcome`, `kind`, `rule` or `flow`, by hour, day or week; by several
   * with commas between them, each value after its name.
   */
  stats(query: StatsQuery): Promise<Answer>;
  /** Ends the key of a writer, by its id, as the first or the second auditor. */
  revokeWriter(writer: string, why: { officer?: string; reason?: string }): Promise<Answer>;
  /** Requests to end the key of a writer that wait for a second auditor. */
  revocations(): Promise<WaitingRevocation[]>;
  /** Compares CloudTrail's records with the log. */
  reconcile(body: { from: string; to: string; records: Json[]; roles?: readonly string[] }): Promise<Answer>;
}

export function officersOf(wire: Wire): Officers {
  const { get, post: send } = under(wire, { actions: ['audit'] });
  const post = (path: string, body: object) => send<Answer>(path, body, 'once');
  // A verdict that was given gets its first receipt.
  const repeat = (path: string, body: object) => send<Answer>(path, body, 'repeatable');
  return {
    review: (id, verdict, note, supersedes) =>
      repeat(`/v1/log/entries/${encodeURIComponent(id)}/reviews`, {
        verdict,
        ...defined({ note, supersedes }),
      }),
    acknowledge: (id, note) => repeat(`/v1/alerts/${encodeURIComponent(id)}/acknowledge`, defined({ note })),
    alerts: (query = {}) => get('/v1/alerts', { ...query }),
    markDecoy: (body) => post('/v1/decoys', body),
    decoys: () => get('/v1/decoys'),
    heads: (cursor) => get('/v1/log/heads', { cursor }),
    reviewQueue: (query = {}) => get('/v1/log/reviews/queue', { ...query }),
    reviewCoverage: (query) => get('/v1/log/reviews/coverage', { ...query }),
    reviewMany: (verdicts) => send('/v1/log/reviews', { verdicts }, 'repeatable'),
    reviewReport: (period) => send('/v1/log/reports', period, 'repeatable'),
    compareReport: (entry) => compareReport(wire, { actions: ['audit'] }, entry),
    stats: (query) => get('/v1/log/stats', { ...query }),
    revokeWriter: (writer, why) => post(`/v1/log/writers/${encodeURIComponent(writer)}/revocation`, why),
    revocations: async () =>
      (await get<{ revocations: WaitingRevocation[] }>('/v1/log/revocations')).revocations,
    reconcile: (body) => post('/v1/log/reconciliations', body),
  };
}
