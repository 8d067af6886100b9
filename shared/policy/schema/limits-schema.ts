import * as v from 'valibot';
import { scriptSchema } from './form-schema.ts';
import { levelSchema, missLimits } from './schema-parts.ts';
import { labelled } from './texts.ts';
import { isPattern } from './writing-schema.ts';

const text = v.pipe(v.string(), v.minLength(1));
const texts = v.array(text);
const character = v.pipe(v.string(), v.regex(/^[\p{L}\p{N}]$/u, 'one letter'));

/** The scan of what a request states. */
export const stopWordsSchema = v.strictObject({
  rule: text,
  words: v.pipe(texts, v.minLength(1)),
  variants: v.optional(v.record(character, character)),
  spelled: v.optional(texts),
  innocent: v.optional(texts),
  unspaced: v.optional(v.array(scriptSchema)),
  digits: v.optional(v.record(character, character)),
  alertOnly: v.optional(texts),
  review: v.optional(
    v.strictObject({
      task: text,
      to: v.pipe(texts, v.minLength(2)),
      days: v.pipe(v.number(), v.integer(), v.minValue(1)),
    }),
  ),
});

const marks = v.strictObject({
  alert: v.pipe(v.number(), v.integer(), v.minValue(1)),
  stop: v.pipe(v.number(), v.integer(), v.minValue(1)),
});

/** What a day may hold. */
export const limitSchemas = {
  comparisons: v.optional(
    v.strictObject({ rule: text, day: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
  ),
  misses: v.optional(
    v.strictObject({
      rule: text,
      agency: missLimits,
      officer: missLimits,
      requests: missLimits,
      checks: missLimits,
      leaks: missLimits,
      seconds: missLimits,
    }),
  ),
  stops: v.optional(
    v.strictObject({
      rule: text,
      person: marks,
      office: marks,
      review: v.strictObject({ task: text, asks: v.pipe(texts, v.minLength(2)) }),
    }),
  ),
  volume: v.optional(
    v.strictObject({
      rule: text,
      tiers: v.pipe(
        v.array(
          v.strictObject({
            name: v.pipe(v.string(), v.regex(/^[a-z]{1,16}$/)),
            levels: v.pipe(v.array(levelSchema), v.minLength(1)),
            alert: v.pipe(v.number(), v.integer(), v.minValue(1)),
            stop: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)),
          }),
        ),
        v.minLength(1),
      ),
    }),
  ),
};

const points = v.pipe(v.number(), v.integer(), v.minValue(0));

/** The order of reviews. */
export const reviewsSchema = v.strictObject({
  points: v.strictObject({
    high: points,
    medium: points,
    low: points,
    owed: points,
    prohibited: points,
    rare: points,
    offHours: points,
    firstPurpose: points,
    claimed: points,
    sample: points,
    second: points,
  }),
  oneIn: v.pipe(v.number(), v.integer(), v.minValue(1)),
});

/** What leak checks look for. */
export const leaksSchema = v.strictObject({
  rule: text,
  values: v.record(text, v.picklist(['number', 'name', 'place'])),
  lengths: v.optional(v.array(v.pipe(v.number(), v.integer(), v.minValue(7), v.maxValue(20)))),
});

/** What a list for posting may not hold. */
export const postingSchema = v.strictObject({
  rule: text,
  never: v.record(
    text,
    v.strictObject({
      ...labelled,
      heads: v.pipe(texts, v.minLength(1)),
      value: v.optional(
        v.pipe(
          text,
          v.check((source) => isPattern(source), 'not a regular expression'),
        ),
      ),
      labels: v.optional(v.literal(true)),
    }),
  ),
});

/** What a text for publication may not hold. */
export const storiesSchema = v.strictObject({
  rule: text,
  week: v.pipe(v.number(), v.integer(), v.minValue(1)),
  labels: texts,
  except: texts,
  words: texts,
});
