/** The schema of what a pack says of casework: tasks with their times, and how approvals are asked for. */
import * as v from 'valibot';

const text = v.pipe(v.string(), v.minLength(1));
const texts = v.array(text);
export const several = v.pipe(v.number(), v.integer(), v.minValue(1));

/** How sensitive a field is. */
export const levelSchema = v.picklist(['L1', 'L2', 'L3', 'L4']);

export const lastingSchema = v.union([
  v.strictObject({ hours: several }),
  v.strictObject({ days: several }),
  v.strictObject({ workingDays: several }),
  v.strictObject({ yearEnds: v.pipe(v.string(), v.regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)) }),
]);

export const taskSchema = v.strictObject({
  label: text,
  zh: text,
  rule: text,
  within: lastingSchema,
  remind: v.optional(lastingSchema),
  byHand: v.boolean(),
  from: v.optional(text),
  per: v.optional(v.picklist(['day', 'month', 'year'])),
  to: v.optional(text),
  orElse: v.optional(v.array(text)),
});

export const approvalsSchema = v.strictObject({
  asks: v.array(v.strictObject({ levels: v.pipe(v.array(levelSchema), v.minLength(1)), task: text })),
  collect: text,
  standIns: v.array(text),
  review: v.optional(v.strictObject({ obligation: text, task: text, rule: text })),
});

/** Acts beside a release: who may do them, and what follows. */
export const actsSchema = v.strictObject({
  freezes: v.strictObject({
    rule: text,
    who: v.strictObject({ subject: texts, agency: texts, officer: texts, purpose: texts, class: texts }),
  }),
  consents: v.strictObject({ rule: text, desks: texts }),
  objections: v.strictObject({ rule: text, who: texts, givers: texts }),
  inquiries: v.strictObject({ rule: text, who: texts, proof: texts, secret: texts, deferred: texts }),
  incidents: v.strictObject({
    rule: text,
    who: texts,
    clocks: v.record(text, several),
    keepYears: several,
    tells: text,
  }),
});
