/** The schema of a programme in a pack's YAML, and of the dimensions by which people are counted. */
import * as v from 'valibot';
import { missLimits } from './limits-schema.ts';
import { areaSchema, day, named, rule, several, some, table, text } from './plain.ts';
import { labelled } from './texts.ts';

/** `predicate` or `predicate of field`, and combinations. Numbers are not allowed. */
type Question = string | { all: Question[] } | { any: Question[] } | { not: Question };

const parts = v.pipe(v.array(v.lazy((): v.GenericSchema<Question> => question)), v.minLength(1));
const question: v.GenericSchema<Question> = v.union([
  text,
  v.strictObject({ all: parts }),
  v.strictObject({ any: parts }),
  v.strictObject({ not: v.lazy(() => question) }),
]);

export const programmeSchema = v.strictObject({
  ...labelled,
  purpose: text,
  /** How a check starts: with the name of a subject, or with a one-time code. */
  start: v.optional(v.picklist(['name', 'code'])),
  /** Roles that may check; roles of the purpose. */
  who: v.optional(some),
  /** Client ids of the bodies that may check; without it, all of these roles. */
  recipients: v.optional(some),
  /** Division-code prefixes. */
  areas: v.pipe(v.array(areaSchema), v.minLength(1)),
  /** ISO days in the pack's time zone, both inclusive. Without `until` it runs until a policy ends it. */
  from: day,
  until: v.optional(day),
  /** How long a confirmed eligibility is valid. */
  proofDays: v.pipe(several, v.maxValue(366)),
  when: question,
  /** Limits of one recipient and day. */
  budgets: v.strictObject({
    /** Checks of one subject. */
    subject: several,
    /** Checks of the programme. */
    day: several,
    /** Answers without a confirmation. */
    misses: missLimits,
  }),
});

/** The dimensions by which people are counted, for statistics and for the size of cohorts. */
export const cohortsSchema = v.strictObject({
  rule,
  /** Minimum number of people for a published count. */
  smallest: v.pipe(v.number(), v.integer(), v.minValue(2)),
  /** Counts are rounded to a multiple of this. */
  round: several,
  dimensions: table(
    v.strictObject({
      ...labelled,
      field: named('field'),
      /** The generalisation of its values. Absent: the stored values. */
      as: v.optional(named('generalisation')),
      /** The parent dimension. Absent: the county. */
      under: v.optional(named('dimension')),
    }),
  ),
});
