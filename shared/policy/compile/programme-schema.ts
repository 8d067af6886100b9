/** The schema of a programme in a pack's YAML. */
import * as v from 'valibot';

const text = v.pipe(v.string(), v.minLength(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** `predicate` or `predicate of field`, and combinations. There is no place for a number. */
export type QuestionSource =
  | string
  | { all: QuestionSource[] }
  | { any: QuestionSource[] }
  | { not: QuestionSource };

const parts = v.pipe(v.array(v.lazy((): v.GenericSchema<QuestionSource> => question)), v.minLength(1));
const question: v.GenericSchema<QuestionSource> = v.union([
  text,
  v.strictObject({ all: parts }),
  v.strictObject({ any: parts }),
  v.strictObject({ not: v.lazy(() => question) }),
]);

export const programmeSchema = v.strictObject({
  label: text,
  zh: text,
  purpose: text,
  start: v.optional(v.picklist(['name', 'code'])),
  who: v.optional(v.pipe(v.array(text), v.minLength(1))),
  areas: v.pipe(v.array(v.pipe(v.string(), v.regex(/^\d+$/))), v.minLength(1)),
  from: v.pipe(v.string(), v.isoDate()),
  until: v.pipe(v.string(), v.isoDate()),
  proofDays: v.pipe(count, v.maxValue(366)),
  when: question,
  budgets: v.strictObject({
    subject: count,
    day: count,
    misses: v.strictObject({ alert: count, slow: count, stop: count }),
  }),
});
