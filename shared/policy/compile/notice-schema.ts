/** The schema of the notices in a pack. Each element that a notice must have is a member, so none can be left out. */
import * as v from 'valibot';
import { labelled, textSchema } from './texts.ts';

const text = v.pipe(v.string(), v.minLength(1));
const name = v.pipe(v.string(), v.regex(/^[\w-]{1,40}$/, 'a name is letters, digits and dashes'));

export const noticesSchema = v.strictObject({
  rule: text,
  controller: textSchema,
  contact: textSchema,
  rights: textSchema,
  deliveries: v.record(name, v.strictObject(labelled)),
  purposes: v.record(
    name,
    v.strictObject({ necessity: textSchema, impact: textSchema, retention: v.optional(textSchema) }),
  ),
});
