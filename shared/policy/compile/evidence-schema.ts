/** Where a decision finds the inputs of the consent table. */
import * as v from 'valibot';

const text = v.pipe(v.string(), v.minLength(1));
const texts = v.array(text);
const name = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,64}$/, 'a name is printable ASCII without spaces'));
const json = v.union([v.null(), v.string(), v.number(), v.boolean()]);
const table = <Item extends v.GenericSchema>(item: Item) => v.record(name, item);

export const evidenceSchema = v.strictObject({
  kind: text,
  birth: v.optional(v.strictObject({ field: text, toleranceDays: v.number(), age: text, birthday: text })),
  facts: v.array(
    v.strictObject({
      input: text,
      field: text,
      member: v.optional(text),
      recordOnly: v.optional(v.boolean()),
      words: v.optional(table(json)),
      otherwise: v.optional(json),
      absent: v.optional(json),
    }),
  ),
  acts: v.array(
    v.strictObject({
      input: text,
      givers: texts,
      giver: v.optional(text),
      age: v.optional(text),
      endsAtAge: v.optional(v.number()),
    }),
  ),
  informed: v.optional(
    v.strictObject({ input: text, by: v.array(v.strictObject({ giver: text, word: json })) }),
  ),
  proofs: v.optional(
    v.array(
      v.strictObject({
        input: text,
        act: text,
        by: v.pipe(v.array(v.pipe(texts, v.minLength(1))), v.minLength(1)),
        before: v.optional(v.literal('consent')),
      }),
    ),
  ),
  scope: v.optional(text),
  conflict: v.optional(text),
  conflictSetBy: v.optional(v.strictObject({ departments: v.pipe(texts, v.minLength(1)), rule: text })),
  requester: v.optional(v.strictObject({ input: text, department: text, word: text })),
  attested: v.optional(text),
  inquirer: v.optional(text),
  unproven: table(json),
  maxMonths: v.number(),
  askAgainDays: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});
