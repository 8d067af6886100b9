/** The schema of letters to a person and to those who decide for it. */
import * as v from 'valibot';
import { levels, named, rule, some, task, text } from './plain.ts';
import { labelled, textSchema } from './texts.ts';

/** What the engine knows of a task and fills in where `{name}` stands. */
export const FACTS = [
  'fields',
  'purpose',
  'recipient',
  'right',
  'reasons',
  'from',
  'until',
  'cause',
  'contact',
  'rights',
  'complaint',
  'files',
] as const;
export type Fact = (typeof FACTS)[number];

/** Fields that letters call by one name, so that no letter reveals which of them a record may hold. */
export const letterKindSchema = v.strictObject({
  ...labelled,
  fields: v.pipe(v.array(named('field')), v.minLength(2, 'a kind of one field reveals it')),
});

const parts = v.pipe(
  v.array(
    v.strictObject({
      heading: textSchema,
      text: textSchema,
      /** It stands if one of the fields has one of these levels. */
      levels: v.optional(v.pipe(levels, v.minLength(1))),
    }),
  ),
  v.minLength(1),
);

export const letterSchema = v.strictObject({
  ...labelled,
  rule,
  /** The kind of task with which it goes. */
  task,
  /** Words of the task's details, by member, of which each must be one. */
  when: v.optional(v.record(text, some)),
  /** It never reaches those who decide for an endangered person: then it is addressed to `alone`. */
  guarded: v.optional(v.literal(true)),
  to: textSchema,
  alone: v.optional(textSchema),
  parts,
  /** Its reader after the death of the person, and its text, if that is not the same. Absent: a guarded letter goes to no one then. */
  died: v.optional(v.strictObject({ to: textSchema, alone: textSchema, parts: v.optional(parts) })),
});
