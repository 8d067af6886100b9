/** The schema of conditions in a pack's YAML, and of the facts that a purpose requires. */
import * as v from 'valibot';
import { labelled } from './texts.ts';

const text = v.pipe(v.string(), v.minLength(1));
const texts = v.pipe(v.array(text), v.minLength(1));
const scalar = v.union([v.string(), v.number(), v.boolean()]);
const scalars = v.union([scalar, v.array(scalar)]);
/** A field, or one of its members. */
const path = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,64}$/, 'a name is printable ASCII without spaces'));

const condition = v.union(
  [
    scalars,
    v.strictObject({ not: scalars }),
    v.strictObject({ below: v.number() }),
    v.strictObject({ from: v.number() }),
    v.strictObject({ held: v.boolean() }),
    v.strictObject({ holds: scalars }),
    v.strictObject({ ageBelow: v.number() }),
    v.strictObject({ within: v.literal('area') }),
    v.strictObject({ onList: text }),
    v.strictObject({ inForce: v.strictObject({ from: text, until: text }) }),
    v.strictObject({ notPast: v.literal(true) }),
    v.strictObject({ same: v.picklist(['compared', 'if compared', 'institution']) }),
    v.strictObject({ withinDays: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
    v.strictObject({ ratio: text, by: text, below: v.number() }),
  ],
  'write a value, a list of values, or one of ' +
    [
      'not',
      'below',
      'from',
      'held',
      'holds',
      'ageBelow',
      'within',
      'onList',
      'inForce',
      'notPast',
      'same',
      'withinDays',
      'ratio',
    ]
      .map((name) => `\`${name}: …\``)
      .join(', '),
);

export const conditions = v.record(path, condition);

export const requirementSchema = v.strictObject({
  ...labelled,
  rule: text,
  kinds: v.optional(texts),
  inquirers: v.optional(texts),
  finding: v.optional(text),
  exempt: v.optional(texts),
  any: v.optional(v.pipe(v.array(conditions), v.minLength(1))),
  assigned: v.optional(v.literal(true)),
});

/** Codes that a condition looks up, with their source and edition. */
export const listSchema = v.strictObject({
  ...labelled,
  version: text,
  source: text,
  codes: v.pipe(texts, v.maxLength(1000)),
});
