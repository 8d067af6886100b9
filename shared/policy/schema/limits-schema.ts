/** The schema of what a day may hold in a pack's YAML, of what raises an alert, and of what texts are searched for. */
import * as v from 'valibot';
import { scriptSchema } from './form-schema.ts';
import {
  levels,
  manyNamed,
  named,
  rule,
  several,
  some,
  someWords,
  task,
  text,
  texts,
  words,
} from './plain.ts';
import { labelled } from './texts.ts';
import { pattern } from './writing-schema.ts';

const character = v.pipe(v.string(), v.regex(/^[\p{L}\p{N}]$/u, 'one letter'));

/** The scan of what a request states. */
export const stopWordsSchema = v.strictObject({
  rule,
  words: someWords,
  /** Characters written for others, such as traditional characters; one character to one. */
  variants: v.optional(v.record(character, character)),
  /** The words as they are spelled in Latin letters. */
  spelled: v.optional(words),
  /** Phrases that hold a word and mean something else. */
  innocent: v.optional(words),
  /** Scripts written without spaces, by their Unicode names: their words are found whatever else stands in between. */
  unspaced: v.optional(v.array(scriptSchema)),
  /** Digits written for letters. */
  digits: v.optional(v.record(character, character)),
  /** Purposes for which a word raises an alert and stops nothing. */
  alertOnly: v.optional(manyNamed('purpose')),
  /** The department that decides on a request with such a word. Absent: such a request is refused. */
  review: v.optional(
    v.strictObject({ task, to: v.pipe(manyNamed('department'), v.minLength(2)), days: several }),
  ),
});

/** Misses of a day that raise an alert, delay further answers, and stop them. */
export const missLimits = v.strictObject({ alert: several, slow: several, stop: several });
const marks = v.strictObject({ alert: several, stop: several });

export const limitSchemas = {
  /** How often in a day an agency may compare values with one person's record. */
  comparisons: v.optional(v.strictObject({ rule, day: several })),
  /** A miss is a person who was asked about without an answer, whatever the reason. */
  misses: v.optional(
    v.strictObject({
      rule,
      /** Percent of a budget of an office that one of its people may spend. Absent: see `shareOf`. */
      share: v.optional(v.pipe(several, v.maxValue(100))),
      /** Of all people of an agency, and of one officer. An emergency is counted apart, by the same numbers. */
      agency: missLimits,
      officer: missLimits,
      /** People for whom an approval is requested: a request says nothing of them, so each is a miss. */
      requests: missLimits,
      /** Checks of all programmes of one recipient together. */
      checks: missLimits,
      /** Numbers and other texts of leak checks that identify no person with a record. */
      leaks: missLimits,
      /** Words that one person gives as the second of two: they say nothing of whom they are about, so each is a miss. */
      seconds: missLimits,
    }),
  ),
  /** Acts of a day by which one person of an office stops something for a person: an alert from `alert` on, none after `stop`. */
  stops: v.optional(
    v.strictObject({
      rule,
      person: marks,
      office: marks,
      /** The task, and the first of these departments outside the office's line is asked to do it. */
      review: v.strictObject({ task, asks: v.pipe(manyNamed('department'), v.minLength(2)) }),
    }),
  ),
  volume: v.optional(
    v.strictObject({
      rule,
      /**
       * From the strictest to the mildest: limits to the distinct people about whom one officer receives data in a day, by the
       * level of the shown fields.
       */
      tiers: v.pipe(
        v.array(
          v.strictObject({
            name: v.pipe(v.string(), v.regex(/^[a-z]{1,16}$/)),
            levels: v.pipe(levels, v.minLength(1)),
            alert: several,
            stop: v.pipe(several, v.maxValue(10_000)),
          }),
        ),
        v.minLength(1),
      ),
    }),
  ),
};

const clock = v.pipe(v.string(), v.regex(/^([01]\d|2[0-4]):[0-5]\d$/, 'a time of day has the form 08:00'));
/** The property of an entry by which a rule counts or remembers. */
const by = v.pipe(v.array(v.picklist(['agency', 'officer', 'purpose', 'area', 'person'])), v.minLength(1));
/** Purposes that are left out. */
const except = v.optional(manyNamed('purpose'));

export const alertSchema = v.strictObject({
  ...labelled,
  rule,
  severity: v.picklist(['low', 'medium', 'high']),
  /** The matching entries. Absent for an alert that a function raises itself when it notices the event. */
  when: v.optional(
    v.variant('look', [
      v.strictObject({ look: v.literal('refusal') }),
      v.strictObject({ look: v.literal('hours'), opens: clock, closes: clock, except }),
      v.strictObject({ look: v.literal('first'), by, days: v.pipe(several, v.maxValue(366)) }),
      v.strictObject({
        look: v.literal('many'),
        by,
        at: v.pipe(several, v.maxValue(1000)),
        /** By default distinct people are counted; `looks` counts each release. */
        of: v.optional(v.literal('looks')),
        /** Counts what named no case alone. */
        without: v.optional(v.literal('case')),
        /** By default 1. The calendar is cut into periods of so many days. */
        days: v.optional(v.pipe(several, v.maxValue(31))),
        except,
      }),
      v.strictObject({ look: v.literal('unreviewed'), obligation: named('obligation'), hours: several }),
      v.strictObject({ look: v.literal('decoy') }),
      /** An office at its own people, at their households, and at people whom these represent. */
      v.strictObject({ look: v.literal('recused'), except }),
      /** A source whose service has had no good run for so long. */
      v.strictObject({ look: v.literal('silent'), hours: several }),
      /** Changes of the register of agencies that were made, by the codes of their entries. */
      v.strictObject({ look: v.literal('register'), codes: some }),
    ]),
  ),
});

const points = v.pipe(v.number(), v.integer(), v.minValue(0));

/** The order of what waits for a review. */
export const reviewsSchema = v.strictObject({
  /** What each reason adds to the rank of a group of similar entries. */
  points: v.strictObject({
    /** An open alert, by its severity. */
    high: points,
    medium: points,
    low: points,
    /** The pack demands that another person reviews the access. */
    owed: points,
    prohibited: points,
    /** Divided by the square root of the number of entries alike. */
    rare: points,
    offHours: points,
    firstPurpose: points,
    /** A restricted class was given to an officer whom the office only names. */
    claimed: points,
    sample: points,
    /** Another person's verdict that is looked at again. */
    second: points,
  }),
  /** One in so many entries is a sample, and one in so many verdicts is looked at by a second person. */
  oneIn: several,
});

/** What leak checks look for. */
export const leaksSchema = v.strictObject({
  rule,
  /** Fields, or members of them after a dot, and the form of their value. */
  values: v.record(named('field path'), v.picklist(['number', 'name', 'place'])),
  /** Digits of the numbers that are found within longer rows of digits. */
  lengths: v.optional(v.array(v.pipe(v.number(), v.integer(), v.minValue(7), v.maxValue(20)))),
});

/** What a list for posting may not hold. */
export const postingSchema = v.strictObject({
  rule,
  /** By kind: words of headings, the form of values, and whether the words of closed lists count. */
  never: v.record(
    text,
    v.strictObject({
      ...labelled,
      heads: someWords,
      /** Phrases of headings in which such a word means something else. */
      unless: v.optional(words),
      value: v.optional(pattern),
      labels: v.optional(v.literal(true)),
    }),
  ),
});

/** What a text for publication may not hold. */
export const storiesSchema = v.strictObject({
  rule,
  /** Tests of one person in a week. */
  week: several,
  /** Fields of closed lists whose words may not occur, and the values whose words may. */
  labels: manyNamed('field'),
  except: texts,
  words,
  /** Phrases in which a word of one character means something else. */
  innocent: v.optional(words),
  /** Words that name a category in one sentence: `one` before `other`, `within` so many words, or characters of a script without
   * spaces, and outside of the phrases `unless`. */
  near: v.optional(
    v.array(v.strictObject({ one: someWords, other: someWords, within: several, unless: v.optional(words) })),
  ),
});
