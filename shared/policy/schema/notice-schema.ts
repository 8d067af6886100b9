/** The schema of the notices in a pack. Each element that a notice must have is a member, so none can be left out. */
import * as v from 'valibot';
import { rule, text } from './plain.ts';
import { labelled, languageSchema, textSchema } from './texts.ts';

const name = v.pipe(v.string(), v.regex(/^[\w-]{1,40}$/, 'a name is letters, digits and dashes'));

const counted = v.pipe(text, v.includes('{n}', 'write {n} where the number stands'));

/** What surrounds the parts of a notice, as `shared/policy/present/notice-words.ts` has it for the engine's languages. */
const frame = v.strictObject({
  title: text,
  headings: v.strictObject({
    who: text,
    controller: text,
    contact: text,
    purpose: text,
    fields: text,
    retention: text,
    necessity: text,
    impact: text,
    rights: text,
  }),
  forms: v.strictObject({ masked: text, generalised: text, predicate: text }),
  colon: text,
  comma: text,
  stop: text,
  hours: counted,
  days: counted,
  workingDays: counted,
  yearEnds: v.pipe(
    text,
    v.includes('{day}', 'write {day} and {month} where they stand'),
    v.includes('{month}', 'write {day} and {month} where they stand'),
  ),
});
export type NoticeFrame = v.InferOutput<typeof frame>;

/** The parts of notices that the purposes themselves do not say. */
export const noticesSchema = v.strictObject({
  rule,
  controller: textSchema,
  contact: textSchema,
  rights: textSchema,
  /** Rules of processing that a law demands for some people apart. Each notice has them, so a consent names those that were read. */
  special: v.optional(v.strictObject({ rule, heading: textSchema, text: textSchema })),
  /** The words around the parts, in languages that the engine does not have. */
  frame: v.optional(v.record(languageSchema, frame)),
  /** How a notice can reach a person. */
  deliveries: v.record(
    name,
    /** `personal`: it reaches the person alone, not the home. */
    v.strictObject({ ...labelled, personal: v.optional(v.literal(true)) }),
  ),
  purposes: v.record(
    v.pipe(name, v.metadata({ names: 'purpose' })),
    v.strictObject({ necessity: textSchema, impact: textSchema, retention: v.optional(textSchema) }),
  ),
});
