/** The schema of how values are written in a pack's YAML: patterns that need no engine of a language. */
import * as v from 'valibot';
import { scriptSchema } from './form-schema.ts';
import { isLinear } from './linear-pattern.ts';
import { several, text } from './plain.ts';

export const pattern = v.pipe(
  text,
  v.check((source) => isPattern(source), 'not a regular expression'),
);
/** Of a value that comes from outside. */
export const valuePattern = v.pipe(
  pattern,
  v.check(
    isLinear,
    'this pattern could try a text in too many ways: repeat no group with a choice or a repetition in it',
  ),
);
const called = v.array(v.pipe(text, v.includes('*', 'a `*` stands for the character of the name')));

/**
 * How the values of a pack are written, for what must be found again in texts that people wrote. Without it a value is found
 * as it stands, and a name of several words in that order.
 */
export const writingSchema = v.strictObject({
  /** A script without spaces: its names are found wherever they stand, and addresses are told by it. */
  script: v.optional(scriptSchema),
  /** Characters in a row that a text for publication may not share with a longer value: of the script, and of all others. */
  shared: v.optional(v.strictObject({ script: v.optional(several), other: several })),
  names: v.optional(
    v.strictObject({
      /** Characters of a name in the script. */
      least: several,
      most: several,
      /** Lengths of surnames, which stand first. */
      surnames: v.pipe(v.array(several), v.minLength(1)),
      /** How a person is called by one character of its given name, which stands for each `*`. */
      called,
      /** How a person is called by the surname alone, which stands for each `*`. */
      bySurname: v.optional(called),
      /** Signs that stand for characters of a name. A letter among them counts after a surname alone. */
      masks: v.optional(text),
    }),
  ),
  /** Days in words, with `{year}`, `{month}` and `{day}`. */
  dates: v.optional(
    v.array(
      v.pipe(text, v.regex(/\{month\}.*\{day\}|\{day\}.*\{month\}/su, 'it names no {month} and {day}')),
    ),
  ),
  places: v.optional(
    v.strictObject({
      /** Named places within an address. */
      named: pattern,
      /** The beginning that a text may show: a province. */
      shown: v.optional(pattern),
      /** The beginning that an address may lack: the areas above the smallest, and these with the town. */
      areas: v.optional(pattern),
      town: v.optional(pattern),
      /** Characters after which an address may begin in a text, and with which it may end, as with a digit. */
      begins: v.optional(text),
      ends: v.optional(text),
    }),
  ),
  /** The ten digits from zero on, and the sign for ten. */
  numerals: v.optional(
    v.strictObject({
      digits: v.pipe(
        text,
        v.check((all) => [...all].length === 10, 'ten digits, from zero on'),
      ),
      ten: v.optional(text),
    }),
  ),
  /** Names are also found by how they sound. */
  sounds: v.optional(
    v.strictObject({
      by: v.literal('pinyin'),
      /** For each syllable the first character with this reading, in the order of pinyin: `阿a 哎ai …`. */
      readings: v.pipe(v.string(), v.regex(/^\p{Script=Han}[a-z]+(\s+\p{Script=Han}[a-z]+)*$/u)),
      /** Surnames with another reading. */
      surnames: v.record(text, v.pipe(v.string(), v.regex(/^[a-z]+$/))),
    }),
  ),
});

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
