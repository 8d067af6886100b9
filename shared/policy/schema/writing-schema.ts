/** The schema of how values are written in a pack's YAML: patterns that need no engine of a language. */
import * as v from 'valibot';
import { scriptSchema } from './form-schema.ts';
import { many, several, some as someTexts, text, texts } from './plain.ts';

/**
 * Which regular expressions a pack may use: those whose time grows at most with the square of the text. A repeated group holds
 * neither a choice nor a repetition, so it reads a text in one way, and all repetitions together leave few ways.
 */

/** Ways of an open repetition, as if of a text of this length; and ways of a pattern, at most. */
const [OPEN, MOST] = [1000, 1_000_000];

/** A piece with its repetition: a character, a class of them, or the end of a group. */
const PIECE =
  /\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\k<[^>]*>|\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?::|<?[=!]|<[^>]*>))?|\)|\||[^\\]/gsu;
const TIMES = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/;

interface Group {
  ways: number;
  choices: number;
}

/** @returns whether the pattern is tried in few ways, whatever the text */
export function isLinear(source: string): boolean {
  const groups: Group[] = [{ ways: 1, choices: 1 }];
  PIECE.lastIndex = 0;
  for (let at = 0; at < source.length; ) {
    PIECE.lastIndex = at;
    const [piece = ''] = PIECE.exec(source) ?? [];
    if (piece === '') return false;
    at += piece.length;
    const group = groups.at(-1) as Group;
    if (piece.startsWith('(')) {
      // What looks ahead or behind reads the same text again.
      if (/[=!]$/.test(piece)) return false;
      groups.push({ ways: 1, choices: 1 });
      continue;
    }
    if (piece.startsWith('\\k') || /^\\[1-9]$/.test(piece)) return false;
    if (piece === '|') {
      group.choices += 1;
      continue;
    }
    const inner = piece === ')' ? (groups.pop() as Group) : { ways: 1, choices: 1 };
    const outer = groups.at(-1);
    if (!outer) return false;
    const own = inner.ways * inner.choices;
    const [times = '', least, comma, most] = TIMES.exec(source.slice(at)) ?? [];
    at += times.length;
    const ways = waysOf(times, least, comma, most);
    const repeats = times !== '' && !times.startsWith('?');
    if (repeats && own > 1 && ways * own > 1) {
      // A fixed number of repetitions of a choice, such as of two digits, stays small.
      const count = comma === undefined ? Number(least) : Number.POSITIVE_INFINITY;
      outer.ways *= own ** count;
    } else outer.ways *= own * ways;
    if (!(outer.ways <= MOST)) return false;
  }
  const [whole] = groups;
  return groups.length === 1 && whole !== undefined && whole.ways * whole.choices <= MOST;
}

function waysOf(times: string, least = '', comma?: string, most?: string): number {
  if (times === '') return 1;
  if (times.startsWith('?')) return 2;
  if (times.startsWith('{')) {
    if (comma === undefined) return 1;
    return most ? Math.max(1, Number(most) - Number(least) + 1) : OPEN;
  }
  return OPEN;
}

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
      /** Characters of given names with which these are common words. */
      common: v.optional(text),
      /** How a person is called by the surname alone, which stands for each `*`. */
      bySurname: v.optional(called),
      /** Words before or after a surname that is written as it sounds. */
      cues: v.optional(v.array(v.pipe(v.string(), v.regex(/^[a-z]+$/)))),
      /** Signs that stand for characters of a name. A letter among them counts after a surname alone. */
      masks: v.optional(text),
    }),
  ),
  /** Days in words, or the month or the year alone, with `{year}`, `{month}`, its `{name}` and `{day}`. */
  dates: v.optional(many(v.pipe(text, v.regex(/\{(month|name|year)\}/u, 'it names no {month} or {year}')))),
  /** The names of the months, from January on. */
  months: v.optional(
    v.pipe(
      texts,
      v.check((all) => all.length === 12, 'twelve months, from January on'),
    ),
  ),
  /** Other spellings of what a value holds, with numerals as digits: `{1}` is the first group of the pattern. */
  spelled: v.optional(v.array(v.strictObject({ from: pattern, to: someTexts }))),
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
