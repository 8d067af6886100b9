import * as v from 'valibot';
import { httpTexts } from '../../messages/http.ts';
import {
  byName,
  Cursor,
  count,
  FieldValue,
  IdempotencyKey,
  Instant,
  Match,
  Name,
  ProblemDetails,
  Ref,
  Text,
  Withheld,
} from './common.ts';
import { say } from './messages.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

/** Most records of one request. */
export const RECORD_LIMIT = 500;

/** Most fields of one record. */
const FIELD_COUNT = 200;

/** One record. Each is checked separately, because a bad record does not stop the others. */
export const IntakeRecord = v.pipe(
  strictObject({
    ref: v.optional(Ref),
    match: v.optional(Match),
    ifVersion: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
    fields: byName(FieldValue, 1, Name, FIELD_COUNT),
  }),
  v.check(
    (record) => (record.ref === undefined) !== (record.match === undefined),
    say(httpTexts.eitherRefOrMatch),
  ),
);
export type IntakeRecord = v.InferOutput<typeof IntakeRecord>;

const options = {
  collection: v.optional(Name),
  ifAbsent: v.optional(v.picklist(['create', 'refuse']), 'create'),
};

/** The body around the records, which are not checked here. */
export const IntakeEnvelope = strictObject({
  ...options,
  dryRun: v.optional(v.boolean(), false),
  records: v.pipe(v.array(v.unknown()), v.minLength(1), v.maxLength(RECORD_LIMIT)),
});
export type IntakeEnvelope = v.InferOutput<typeof IntakeEnvelope>;

/** Query of an NDJSON intake, whose lines are records. */
export const IntakeQuery = strictObject({
  collection: v.optional(Name),
  ifAbsent: options.ifAbsent,
  dryRun: v.pipe(
    v.optional(v.picklist(['true', 'false']), 'false'),
    v.transform((text) => text === 'true'),
  ),
});

/** The complete body, for the OpenAPI document. */
const IntakeBody = strictObject({
  ...options,
  dryRun: v.optional(v.boolean(), false),
  records: v.pipe(v.array(IntakeRecord), v.minLength(1), v.maxLength(RECORD_LIMIT)),
});

export const Written = v.object({
  ref: v.optional(v.string()),
  sheetVersion: v.optional(v.number()),
  created: v.optional(v.boolean()),
  written: v.array(v.string()),
  warnings: v.array(v.object({ field: v.string(), code: v.string() })),
  refused: byName(
    v.object({
      ...Withheld.entries,
      faults: v.optional(
        v.array(
          v.object({
            path: v.string(),
            message: Text,
            allowed: v.optional(v.array(v.union([v.string(), v.number()]))),
          }),
        ),
      ),
    }),
  ),
  untold: v.optional(v.number()),
});
const IntakeResult = v.union([Written, v.object({ problem: ProblemDetails })]);
export const IntakeResponse = v.object({ results: v.array(IntakeResult) });

export const UsageQuery = strictObject({
  from: v.optional(Instant),
  to: v.optional(Instant),
  openings: v.optional(v.literal('yes')),
  cursor: v.optional(Cursor),
  limit: v.optional(count(1000)),
});

export const intakeRoutes = routes('intake', 'intake', {
  writeRecords: route('POST /v1/intake', 'intake.write', {
    query: IntakeQuery,
    headers: { 'Idempotency-Key': { schema: IdempotencyKey } },
    body: IntakeBody,
    bodyAs: { 'application/x-ndjson': IntakeRecord },
    response: IntakeResponse,
  }),
});
