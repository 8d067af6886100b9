import * as v from 'valibot';
import { AreaCode, IdempotencyKey, line, Match, Name, Receipt, Subject, text, Words } from './common.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

export const HarmReport = strictObject({
  /** The person, by a number or by this office's own reference. It is not looked up. */
  subject: Subject,
  what: text(2000),
  /** The day on which it was noticed or happened. */
  day: v.optional(v.pipe(v.string(), v.isoDate())),
  /** The person who reports; it may be another one than the officer. */
  reporter: strictObject({ name: line(100), contact: v.optional(line(200)) }),
  /** The receiving department. Default: the first that the policy names. */
  to: v.optional(Name),
  /** Division code of the county whose offices receive it. Default: the first of the caller's own. */
  area: v.optional(AreaCode),
  ...Words,
});
export type HarmReport = v.InferOutput<typeof HarmReport>;

export const OpenReport = strictObject({
  /** Whether the reporter is opened too. */
  reporter: v.optional(v.boolean(), false),
  ...Words,
});

export const Filed = v.object({ id: v.string(), at: v.string(), to: v.string(), due: v.string() });

/** What a report holds, as the receiving body reads it. */
export const Opened = v.object({
  id: v.string(),
  at: v.string(),
  /** By the receiver's own reference, or by the numbers as they were reported. */
  subject: v.object({ ref: v.optional(v.string()), match: v.optional(Match) }),
  what: v.string(),
  day: v.optional(v.string()),
  reporter: v.optional(
    v.object({
      name: v.string(),
      contact: v.optional(v.string()),
      agency: v.string(),
      officer: v.string(),
      reason: v.string(),
    }),
  ),
});

export const harmRoutes = routes('harm-reports', 'casework', {
  reportHarm: route('POST /v1/harm-reports', 'harm.report', {
    headers: { 'Idempotency-Key': { schema: IdempotencyKey } },
    request: { 'application/json': HarmReport },
    response: v.object({ report: Filed, receipt: v.optional(Receipt) }),
  }),
});

export const openHarmRoutes = routes('harm-reports', 'release', {
  openHarmReport: route('POST /v1/harm-reports/:id/open', 'harm.open', {
    request: { 'application/json': OpenReport },
    response: v.object({ report: Opened, receipt: Receipt }),
    otherwise: { 'application/jose': v.string() },
  }),
});
