/** The schema of a pack's catalogue of data: the grades of fields, and the codes by which a platform of other bodies lists them. */
import * as v from 'valibot';
import { levels, manyNamed, named, rule, several, table, text } from './plain.ts';
import { labelled, textSchema } from './texts.ts';

const grade = v.strictObject({
  ...labelled,
  /** Of this grade whatever the number of people. */
  fields: v.optional(manyNamed('field')),
  /** From so many people on record, fields of these levels are of this grade. */
  from: v.optional(v.strictObject({ people: several, levels: v.pipe(levels, v.minLength(1)) })),
});

export const catalogueSchema = v.strictObject({
  rule,
  /** From the lowest. A field is of the last grade that lists it; of the first if none does. */
  grades: table(grade),
  directories: v.optional(
    v.strictObject({
      /** What readers must know of the codes. */
      note: v.optional(textSchema),
      /** By department: the directory of the fields that it provides first, with their codes. */
      of: v.record(
        named('department'),
        v.strictObject({ ...labelled, code: text, provider: text, items: v.record(named('field'), text) }),
      ),
    }),
  ),
});
