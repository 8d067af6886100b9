/** The schema of an alert in a pack's YAML. */
import * as v from 'valibot';

const text = v.pipe(v.string(), v.minLength(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const clock = v.pipe(v.string(), v.regex(/^([01]\d|2[0-4]):[0-5]\d$/, 'a time of day is like 08:00'));

/** What of an entry makes two of them the same for a rule that counts or remembers. */
const by = v.pipe(v.array(v.picklist(['agency', 'officer', 'purpose', 'area'])), v.minLength(1));

export const alertSchema = v.strictObject({
  label: text,
  zh: text,
  rule: text,
  severity: v.picklist(['low', 'medium', 'high']),
  /** Left out for what a function raises by itself, when it sees it. */
  when: v.optional(
    v.variant('look', [
      v.strictObject({ look: v.literal('refusal') }),
      v.strictObject({
        look: v.literal('hours'),
        opens: clock,
        closes: clock,
        except: v.optional(v.array(text)),
      }),
      v.strictObject({ look: v.literal('first'), by, days: v.pipe(count, v.maxValue(366)) }),
      v.strictObject({
        look: v.literal('many'),
        by,
        at: v.pipe(count, v.maxValue(1000)),
        except: v.optional(v.array(text)),
      }),
      v.strictObject({ look: v.literal('unreviewed'), obligation: text, hours: count }),
      v.strictObject({ look: v.literal('decoy') }),
    ]),
  ),
});
