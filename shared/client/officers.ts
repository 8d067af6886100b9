/** Security officers' acts on the log. All need the action `audit`. */

import type { Answer, Body, Query } from '../contract/api.ts';
import type { WaitingRevocation } from '../contract/office.ts';
import type { ReviewCoverage } from '../contract/reviews.ts';
import { defined } from '../defined.ts';
import type { AskRoute } from './ask.ts';
import type { Filters } from './lists.ts';
import type { Second } from './maintenance.ts';
import { type ComparedReport, compareReport } from './review-report.ts';
import type { Wire } from './wire/call.ts';

export type AlertFilters = Filters<'GET /v1/alerts'>;
export type StatsQuery = Filters<'GET /v1/log/stats'>;
export type ReviewQueue = Answer<'GET /v1/log/reviews/queue'>;
/** `refused`: `earlier` is the caller's own verdict, which another one must name in `supersedes`. */
export type ReviewedMany = Answer<'POST /v1/log/reviews'>;
export type Verdict = Body<'POST /v1/log/reviews'>['verdicts'][number];
/** Of one entry. */
export type Judgement = Body<'POST /v1/log/entries/:id/reviews'>['verdict'];
export type Officers = ReturnType<typeof officersOf>;

export function officersOf(wire: Wire, call: AskRoute) {
  return {
    /** A verdict on an entry: `justified`, `questioned` or `violation`. */
    review: (id: string, verdict: Judgement, note?: string, supersedes?: string) =>
      call('POST /v1/log/entries/:id/reviews', { id, body: { verdict, ...defined({ note, supersedes }) } }),
    acknowledge: (id: string, note?: string) =>
      call('POST /v1/alerts/:id/acknowledge', { id, body: defined({ note }) }),
    /** Alerts, newest first, with counts; of the last 31 days by default. */
    alerts: (query: AlertFilters = {}) => call('GET /v1/alerts', { query }),
    /** Marks a decoy, a person who does not exist, by the entry of its intake. */
    markDecoy: (body: Body<'POST /v1/decoys'>) => call('POST /v1/decoys', { body }, { actions: ['audit'] }),
    /** Decoys by their ids in the log. */
    decoys: () => call('GET /v1/decoys', {}),
    /** One page of the heads of all records: `logId`, `owner`, `version`, `digest`. */
    heads: (cursor?: string) => call('GET /v1/log/heads', { query: { cursor } }),
    /** What is to be reviewed, in groups of entries alike, the most urgent first. */
    reviewQueue: (query: Query<'GET /v1/log/reviews/queue'> = {}): Promise<ReviewQueue> =>
      call('GET /v1/log/reviews/queue', { query }),
    /** How far the review is, by day and kind. */
    reviewCoverage: (query: Query<'GET /v1/log/reviews/coverage'>): Promise<ReviewCoverage> =>
      call('GET /v1/log/reviews/coverage', { query }),
    /** Verdicts on up to 100 entries or alerts, as one item of the log. A repeat gets the same receipts. */
    reviewMany: (verdicts: readonly Verdict[]): Promise<ReviewedMany> =>
      call('POST /v1/log/reviews', { body: { verdicts: [...verdicts] } }),
    /**
     * A report of the review in a period that has ended. The entry of its receipt has the digest as its finding.
     * @param period `verified`: the tree that the officer has verified
     */
    reviewReport: (period: Body<'POST /v1/log/reports'>) => call('POST /v1/log/reports', { body: period }),
    /** A report by the number of its entry, compared with the log; see `review-report.ts`. */
    compareReport: (entry: string): Promise<ComparedReport> =>
      compareReport(wire, { actions: ['audit'] }, entry),
    /**
     * Counts by `purpose`, `agency`, `officer`, `field`, `outcome`, `kind`, `rule` or `flow`, by hour, day or week; by several
     * with commas between them, each value after its name.
     */
    stats: (query: StatsQuery) => call('GET /v1/log/stats', { query }),
    /** Ends the key of a writer, by its id, as the first or the second auditor. */
    revokeWriter: (writer: string, body: Second) =>
      call('POST /v1/log/writers/:writer/revocation', { writer, body }),
    /** Requests to end the key of a writer that wait for a second auditor. */
    revocations: async (): Promise<WaitingRevocation[]> =>
      (await call('GET /v1/log/revocations', {})).revocations,
    /** Compares CloudTrail's records with the log. */
    reconcile: (body: Body<'POST /v1/log/reconciliations'>) => call('POST /v1/log/reconciliations', { body }),
  };
}
