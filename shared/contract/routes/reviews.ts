/** Verdicts in a batch, and the remaining reviews. */

import * as v from 'valibot';
import { byName, Instant, line, Receipt } from './common.ts';
import { LogEntry } from './entries.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

export const Verdicts = strictObject({
  verdicts: v.pipe(
    v.array(
      strictObject({
        about: line(128),
        verdict: v.picklist(['justified', 'questioned', 'violation', 'acknowledged']),
        note: v.optional(line(1000)),
        supersedes: v.optional(line(128)),
      }),
    ),
    v.minLength(1),
    v.maxLength(100),
  ),
});
export type Verdicts = v.InferOutput<typeof Verdicts>;

export const QueueQuery = strictObject({ from: v.optional(Instant), to: v.optional(Instant) });

/** `verified`: the tree that the officer has verified, by its size and root (base64). */
export const ReportRequest = strictObject({
  from: Instant,
  to: Instant,
  verified: v.optional(
    strictObject({
      size: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
      root: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{43}=$/, 'is not a root in base64')),
    }),
  ),
});
export type ReportRequest = v.InferOutput<typeof ReportRequest>;

const Text = v.nullable(v.string());
export const Group = v.object({
  ...{
    agency: v.string(),
    purpose: Text,
    officer: Text,
    kind: v.string(),
    outcome: Text,
    rule: Text,
    code: Text,
  },
  ...{ count: v.number(), ids: v.array(v.string()), newest: v.string(), oldest: v.string() },
  ...{ rank: v.number(), why: v.array(v.string()) },
  ...{ second: v.optional(v.boolean()), due: v.optional(v.string()) },
});
export const Day = v.object({
  ...{ day: v.string(), kind: v.string(), entries: v.number(), reviewed: v.number() },
  ...{ twice: v.number(), agree: v.number(), verdicts: byName(v.number()) },
});

const Verified = v.object({ size: v.number(), root: v.string() });
const Report = v.object({
  ...{ from: v.string(), to: v.string(), days: v.array(Day) },
  ...{ medianMinutes: v.nullable(v.number()), verified: v.optional(Verified) },
});

export const reviewRoutes = routes('reviews', 'audit', {
  reviewEntries: route('POST /v1/log/reviews', 'log.review', {
    body: Verdicts,
    response: v.object({
      reviews: v.array(v.object({ about: v.string(), outcome: v.string(), receipt: Receipt })),
      refused: v.array(v.object({ about: v.string(), code: v.string(), earlier: v.optional(v.string()) })),
    }),
  }),
  readReviewQueue: route('GET /v1/log/reviews/queue', 'log.read', {
    query: QueueQuery,
    response: v.object({
      ...{ groups: v.array(Group), open: v.number(), reviewed: v.number(), more: v.boolean() },
      alerts: v.object({ open: v.number(), reviewed: v.number() }),
      lastAt: v.optional(v.string()),
      next: v.optional(v.string()),
    }),
  }),
  readReviewCoverage: route('GET /v1/log/reviews/coverage', 'log.read', {
    query: QueueQuery,
    response: v.object({ days: v.array(Day), medianMinutes: v.nullable(v.number()), more: v.boolean() }),
  }),
  makeReviewReport: route('POST /v1/log/reports', 'log.review', {
    body: ReportRequest,
    response: v.object({
      report: Report,
      digest: v.string(),
      receipt: Receipt,
    }),
  }),
  readReviewReport: route('GET /v1/log/reports/:id', 'log.read', {
    response: v.object({
      entry: LogEntry,
      counted: Report,
    }),
  }),
});
