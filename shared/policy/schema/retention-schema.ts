/** The schema of retention in a pack. */
import * as v from 'valibot';
import { conditions } from './condition-schema.ts';
import { labelled } from './texts.ts';

const text = v.pipe(v.string(), v.minLength(1));
const texts = v.array(text);
const years = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100));

export const retentionSchema = v.strictObject({
  rule: text,
  age: years,
  record: years,
  ended: v.optional(
    v.record(text, v.strictObject({ ...labelled, any: v.pipe(v.array(conditions), v.minLength(1)) })),
  ),
  periods: v.array(
    v.strictObject({
      fields: v.pipe(texts, v.minLength(1)),
      yearsAfterAge: v.optional(years),
      yearsAfterWrite: v.optional(v.pipe(years, v.minValue(1))),
      yearsAfterEnd: v.optional(v.record(text, v.pipe(years, v.minValue(1)))),
    }),
  ),
  withRecord: texts,
});

/** When a recipient deletes what it received under a purpose. */
export const keptSchema = v.pipe(
  v.array(v.picklist(['time', 'activity', 'case', 'duty', 'age', 'person', 'counts'])),
  v.minLength(1),
);
