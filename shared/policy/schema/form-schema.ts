/** The schema of masks and generalisations: how a value is shown in part. */

import * as v from 'valibot';
import { conditions } from './condition-schema.ts';
import { named, table, text, words } from './plain.ts';
import { labelled, textSchema } from './texts.ts';

/** A script by its Unicode name. */
export const scriptSchema = v.pipe(
  text,
  v.check(isScript, 'a script has its Unicode name, such as Han or Latin'),
);

/** What a reader sees of each coarser value. */
const says = table(textSchema);

export const casesSchema = v.array(v.strictObject({ when: conditions, value: text }));

export const formsSchema = {
  masks: table(
    v.variant('mask', [
      /** The surname stands first, of one character or a listed one; of names of this script with at most so many characters. */
      v.strictObject({
        mask: v.literal('surname'),
        script: scriptSchema,
        longest: v.pipe(v.number(), v.integer(), v.minValue(2)),
        compounds: words,
      }),
      /** The first letters of the first and the last word. */
      v.strictObject({ mask: v.literal('initials') }),
      v.strictObject({
        mask: v.literal('keep'),
        first: v.optional(v.number()),
        last: v.optional(v.number()),
        stars: v.number(),
      }),
      v.strictObject({ mask: v.literal('display number'), digits: v.number(), stars: v.number() }),
      v.strictObject({ mask: v.literal('members'), members: table(named('mask')) }),
    ]),
  ),
  generalisations: table(
    v.variant('by', [
      v.strictObject({
        ...labelled,
        by: v.literal('age'),
        bands: v.optional(v.array(v.number())),
        yearStarts: v.optional(text),
      }),
      v.strictObject({
        ...labelled,
        by: v.literal('prefix'),
        digits: v.number(),
        member: v.optional(text),
        unit: v.optional(v.literal('character')),
      }),
      v.strictObject({ ...labelled, by: v.literal('cases'), cases: casesSchema, says }),
      v.strictObject({
        ...labelled,
        by: v.literal('each'),
        words: table(text),
        says,
        member: v.optional(text),
      }),
      v.strictObject({ ...labelled, by: v.literal('count') }),
    ]),
  ),
};

/** Whether Unicode has a script of this name. */
function isScript(name: string): boolean {
  try {
    return new RegExp(`\\p{Script=${name}}`, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
