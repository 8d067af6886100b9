/** The schema of reports of harm in a pack's YAML. */
import * as v from 'valibot';

const text = v.pipe(v.string(), v.minLength(1));
const several = v.pipe(v.number(), v.integer(), v.minValue(1));

export const harmSchema = v.strictObject({
  rule: text,
  purpose: text,
  classes: v.strictObject({ report: text, reporter: text }),
  to: v.pipe(v.array(text), v.minLength(1)),
  task: text,
  perDay: several,
  keepDays: several,
});
