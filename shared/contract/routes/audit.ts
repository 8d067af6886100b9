/** Security officers' work with the log: review, count, watch, reconcile. */

import * as v from 'valibot';
import { AnyJson, byName, Cursor, count, Entry, Instant, line, Pending, Receipt, upTo } from './common.ts';
import { AlertView } from './entries.ts';
import { EntryFilters } from './entry-filters.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

const Supersedes = {
  supersedes: v.optional(line(128)),
};
export const Review = strictObject({
  verdict: v.picklist(['justified', 'questioned', 'violation']),
  note: v.optional(line(1000)),
  ...Supersedes,
});
export const Acknowledgement = strictObject({ note: v.optional(line(1000)), ...Supersedes });

export const StatsQuery = strictObject({
  from: v.optional(Instant),
  to: v.optional(Instant),
  /**
   * One, or up to four with commas between them: then each value stands after its name, such as `purpose:S1`. `kind`:
   * every entry, also those of the gateway itself. `flow`: `<department> <recipient> <purpose>`. `person`: the
   * id that the log has for a person, which reveals no name; such a count is a reading, and so an entry itself.
   */
  by: v.pipe(
    upTo(4),
    v.array(
      v.picklist(['purpose', 'agency', 'officer', 'field', 'outcome', 'kind', 'rule', 'flow', 'person']),
    ),
  ),
  bucket: v.optional(v.picklist(['hour', 'day', 'week']), 'day'),
  newWithin: v.optional(count(366)),
  ...EntryFilters,
});
export type StatsQuery = v.InferOutput<typeof StatsQuery>;

export const AlertsQuery = strictObject({
  from: v.optional(Instant),
  to: v.optional(Instant),
  code: v.optional(line(64)),
  agency: v.optional(line(64)),
  severity: v.optional(v.picklist(['low', 'medium', 'high'])),
  acknowledged: v.optional(v.picklist(['yes', 'no'])),
  cursor: v.optional(Cursor),
  limit: v.optional(count(1000), '200'),
});
export type AlertsQuery = v.InferOutput<typeof AlertsQuery>;

export const HeadsQuery = strictObject({ cursor: v.optional(Cursor) });

export const MarkDecoy = strictObject({
  entry: line(128),
  officer: v.optional(line(128)),
  reason: v.optional(line(1000)),
});
export type MarkDecoy = v.InferOutput<typeof MarkDecoy>;

/** Records in CloudTrail's format; members that are not read are ignored. */
export const Reconciliation = strictObject({
  from: Instant,
  to: Instant,
  records: v.pipe(v.array(AnyJson), v.maxLength(5000)),
  roles: v.optional(v.pipe(v.array(line(64)), v.minLength(1), v.maxLength(20))),
  /** The records are those of some keys alone, see `partOf`: so a span with more than one request may hold is compared. */
  part: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9999))),
  parts: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))),
});
export type Reconciliation = v.InferOutput<typeof Reconciliation>;

const Reviewed = v.object({ about: v.string(), outcome: v.string(), receipt: Receipt });

/** The reason for the revocation, and the officer. */
export const Revocation = strictObject({
  entry: v.optional(Entry),
  officer: v.optional(line(128)),
  reason: v.optional(line(1024)),
});

/** A message that people have not got: it is tried again, or has been given up. */
export const Undelivered = v.object({
  ...{ message: v.string(), channel: v.string(), of: v.string(), office: v.optional(v.string()) },
  ...{ count: v.number(), since: v.string(), tries: v.number(), fault: v.string() },
  next: v.optional(v.string()),
});

/** The messages of one channel, or of all. */
export const Again = strictObject({ channel: v.optional(line(32)) });

export const auditRoutes = routes('audit', 'audit', {
  reviewEntry: route('POST /v1/log/entries/:id/reviews', 'log.review', { body: Review, response: Reviewed }),
  countEntries: route('GET /v1/log/stats', 'log.read', {
    query: StatsQuery,
    response: v.object({
      entries: v.number(),
      size: v.optional(v.number()),
      until: v.optional(v.string()),
      untreed: v.optional(v.number()),
      newAgencies: v.optional(v.array(v.string())),
      buckets: v.array(v.object({ from: v.string(), counts: byName(v.number()) })),
    }),
  }),
  listAlerts: route('GET /v1/alerts', 'alert.read', {
    query: AlertsQuery,
    response: v.object({ alerts: v.array(AlertView), cursor: v.optional(v.string()) }),
  }),
  acknowledgeAlert: route('POST /v1/alerts/:id/acknowledge', 'alert.acknowledge', {
    body: Acknowledgement,
    response: Reviewed,
  }),
  markDecoy: route('POST /v1/decoys', 'decoy.mark', {
    body: MarkDecoy,
    response: v.object({ receipt: Receipt }),
  }),
  listDecoys: route('GET /v1/decoys', 'decoy.read', {
    response: v.object({
      decoys: v.array(v.object({ logId: v.string(), entry: v.string(), since: v.string() })),
    }),
  }),
  listRecusals: route('GET /v1/log/recusals', 'alert.read', {
    response: v.object({
      recusals: v.array(
        v.object({
          ...{ agency: v.string(), of: v.string(), since: v.string(), until: v.string() },
          entry: v.string(),
        }),
      ),
    }),
  }),
  listHeads: route('GET /v1/log/heads', 'log.read', {
    query: HeadsQuery,
    response: v.object({
      heads: v.array(
        v.object({ logId: v.string(), owner: v.string(), version: v.number(), digest: v.string() }),
      ),
      cursor: v.optional(v.string()),
    }),
  }),
  revokeWriter: route('POST /v1/log/writers/:writer/revocation', 'log.revoke', {
    body: Revocation,
    response: v.object({ writer: v.string(), receipt: Receipt }),
    accepted: Pending,
  }),
  listRevocations: route('GET /v1/log/revocations', 'log.read', {
    response: v.object({
      revocations: v.array(
        v.object({
          writer: v.string(),
          by: v.string(),
          entry: v.string(),
          until: v.string(),
          own: v.boolean(),
        }),
      ),
    }),
  }),
  listUndelivered: route('GET /v1/log/undelivered', 'log.read', {
    response: v.object({ undelivered: v.array(Undelivered) }),
  }),
  deliverAgain: route('POST /v1/log/undelivered', 'log.review', {
    body: Again,
    response: v.object({ again: v.number() }),
  }),
  reconcileLog: route('POST /v1/log/reconciliations', 'log.reconcile', {
    body: Reconciliation,
    response: v.object({
      matched: v.number(),
      aborted: v.number(),
      repeated: v.number(),
      alerts: v.array(v.string()),
      findings: v.array(
        v.object({
          code: v.string(),
          key: v.string(),
          at: v.string(),
          entry: v.optional(v.string()),
          event: v.optional(v.string()),
          principal: v.optional(v.string()),
        }),
      ),
    }),
  }),
});
