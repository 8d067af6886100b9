import * as v from 'valibot';
import {
  AreaCode,
  IdempotencyKey,
  line,
  Match,
  Name,
  Pending,
  Receipt,
  SEALED,
  Subject,
  text,
  Words,
} from './common.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

export const HarmReport = strictObject({
  subject: Subject,
  what: text(2000),
  day: v.optional(v.pipe(v.string(), v.isoDate())),
  reporter: strictObject({ name: line(100), contact: v.optional(line(200)) }),
  to: v.optional(Name),
  area: v.optional(AreaCode),
  ...Words,
});
export type HarmReport = v.InferOutput<typeof HarmReport>;

export const OpenReport = strictObject({
  reporter: v.optional(v.boolean(), false),
  second: v.optional(line(1000)),
  ...Words,
});

export const Filed = v.object({ id: v.string(), at: v.string(), to: v.string(), due: v.string() });

/** What a report holds, as the receiving body reads it. */
export const Opened = v.object({
  id: v.string(),
  at: v.string(),
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
    body: HarmReport,
    response: v.object({ report: Filed, receipt: v.optional(Receipt) }),
  }),
});

export const openHarmRoutes = routes('harm-reports', 'release', {
  openHarmReport: route('POST /v1/harm-reports/:id/open', 'harm.open', {
    body: OpenReport,
    response: v.object({ report: Opened, receipt: Receipt }),
    accepted: v.object({ ...Pending.entries, second: v.string() }),
    otherwise: SEALED,
  }),
});
