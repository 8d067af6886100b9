/** How values are written: patterns that need no engine of a language. */
import * as v from 'valibot';
import { scriptSchema } from './form-schema.ts';
import { isLinear } from './linear-pattern.ts';

const text = v.pipe(v.string(), v.minLength(1));
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
const count = v.pipe(v.number(), v.integer(), v.minValue(1));

export const writingSchema = v.strictObject({
  script: v.optional(scriptSchema),
  shared: v.optional(v.strictObject({ script: v.optional(count), other: count })),
  names: v.optional(
    v.strictObject({
      least: count,
      most: count,
      surnames: v.pipe(v.array(count), v.minLength(1)),
      called: v.array(v.pipe(text, v.includes('*', 'a `*` stands for the character of the name'))),
      bySurname: v.optional(
        v.array(v.pipe(text, v.includes('*', 'a `*` stands for the character of the name'))),
      ),
      masks: v.optional(text),
    }),
  ),
  dates: v.optional(
    v.array(
      v.pipe(text, v.regex(/\{month\}.*\{day\}|\{day\}.*\{month\}/su, 'it names no {month} and {day}')),
    ),
  ),
  places: v.optional(
    v.strictObject({
      named: pattern,
      shown: v.optional(pattern),
      areas: v.optional(pattern),
      town: v.optional(pattern),
      begins: v.optional(text),
      ends: v.optional(text),
    }),
  ),
  numerals: v.optional(
    v.strictObject({
      digits: v.pipe(
        text,
        v.check((all) => [...all].length === 10, 'ten digits, from zero on'),
      ),
      ten: v.optional(text),
    }),
  ),
  sounds: v.optional(
    v.strictObject({
      by: v.literal('pinyin'),
      readings: v.pipe(v.string(), v.regex(/^\p{Script=Han}[a-z]+(\s+\p{Script=Han}[a-z]+)*$/u)),
      surnames: v.record(text, v.pipe(v.string(), v.regex(/^[a-z]+$/))),
    }),
  ),
});

export function isPattern(source: string): boolean {
  try {
    return new RegExp(source, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
