/** The schema of a field in a pack's YAML, and of the forms of values. */
import * as v from 'valibot';
import { levelSchema, named, rule, someNamed, table, text, texts } from './plain.ts';
import { labelled } from './texts.ts';
import { valuePattern } from './writing-schema.ts';

type Form =
  | v.InferOutput<typeof plainShape>
  | { is: 'record'; members: Record<string, Form>; optional?: string[] | undefined }
  | { is: 'list'; of: Form; max: number }
  | { is: 'either'; of: Form[] }
  | string;

const plainShape = v.variant('is', [
  v.strictObject({
    is: v.literal('text'),
    max: v.number(),
    pattern: v.optional(valuePattern),
    example: v.optional(text),
  }),
  v.strictObject({ is: v.literal('one of'), values: v.array(v.union([v.string(), v.number()])) }),
  v.strictObject({ is: v.picklist(['date', 'month', 'boolean']) }),
  v.strictObject({ is: v.literal('number'), min: v.number(), max: v.number() }),
]);
export const shape: v.GenericSchema<Form> = v.union([
  text,
  plainShape,
  v.strictObject({
    is: v.literal('record'),
    members: table(v.lazy(() => shape)),
    optional: v.optional(texts),
  }),
  v.strictObject({ is: v.literal('list'), of: v.lazy(() => shape), max: v.number() }),
  v.strictObject({ is: v.literal('either'), of: v.array(v.lazy(() => shape)) }),
]);

/** An advisory check on a well-formed value; a failure is stored and flagged as `code`. */
const check = v.strictObject({
  check: v.picklist(['resident-number', 'mod-11', 'pattern', 'luhn', 'past-date', 'agrees']),
  code: text,
  /** `agrees`: the other field, which part of its number is compared, and how with this value. */
  with: v.optional(named('field')),
  part: v.optional(v.picklist(['birth', 'parity', 'whole'])),
  member: v.optional(text),
  /** `mod-11`: what each digit before the last is multiplied by, and the character that stands for ten. */
  weights: v.optional(v.pipe(v.array(v.number()), v.minLength(2))),
  ten: v.optional(v.pipe(v.string(), v.length(1))),
  /** `pattern`: the pattern that the text must match. */
  pattern: v.optional(valuePattern),
  /** Values that do not match this pattern are not compared. */
  only: v.optional(valuePattern),
});

export const fieldSchema = v.strictObject({
  ...labelled,
  /** Absent only for virtual fields. */
  class: v.optional(named('class')),
  level: levelSchema,
  /** The class of sharing between departments, and the law under which the field is held. */
  sharing: v.picklist(['unconditional', 'conditional', 'none']),
  basis: text,
  /** Departments that may write it, first one preferred at release. */
  owners: someNamed('department'),
  rule,
  shape: v.optional(shape),
  checks: v.optional(v.array(check)),
  matchable: v.optional(v.boolean()),
  virtual: v.optional(v.boolean()),
  mask: v.optional(named('mask')),
  /** Another field whose value follows from this one. */
  embeds: v.optional(named('field')),
  media: v.optional(v.literal('never')),
  /** A file may be its value, in place of one of its shape: media types, and the most bytes. */
  files: v.optional(v.strictObject({ types: texts, max: v.number() })),
});
