/** The schema of the notices in a pack. Each element that a notice must have is a member, so none can be left out. */
import * as v from 'valibot';

const text = v.pipe(v.string(), v.minLength(1));
/** In English and in Chinese. */
const both = v.tuple([v.pipe(text, v.maxLength(1000)), v.pipe(text, v.maxLength(1000))]);
const name = v.pipe(v.string(), v.regex(/^[\w-]{1,40}$/, 'a name is letters, digits and dashes'));

export const noticesSchema = v.strictObject({
  rule: text,
  controller: both,
  contact: both,
  rights: both,
  deliveries: v.record(name, v.strictObject({ label: text, zh: text })),
  purposes: v.record(name, v.strictObject({ necessity: both, impact: both, retention: v.optional(both) })),
});
