/**
 * Whether a public text identifies a person: it is compared with that person's records. A text that passes
 * contains none of the recorded values. A human must judge whether the person can be guessed in another way.
 */
import type { Pack } from '../pack/pack.ts';
import type { Shape } from '../pack/parts.ts';
import type { Json } from '../types.ts';
import { spellingsOf } from './pinyin.ts';

/**
 * Maximum length of a sequence that a text may share with a longer value: in Han characters, and in other
 * letters and digits.
 */
const SHARED = { han: 8, other: 12 };
/** Factor for notes, which consist of common words: longer sequences may be shared with them. */
const [NOTE, NOTE_SHARED] = [60, 1.5];
/** Values shorter than this occur in many texts. */
const SHORTEST = 2;

/**
 * @param values opened values by field, of every owner
 * @returns the fields of which the text contains something
 */
export function identifies(pack: Pack, text: string, values: ReadonlyMap<string, readonly Json[]>): string[] {
  const haystack = fold(text);
  const latin = latinOf(text);
  const found: string[] = [];
  for (const [field, held] of values) {
    const shape = pack.fields.get(field)?.shape;
    const words = held.flatMap((value) => wordsOf(value, shape));
    if (words.some((word) => standsIn(haystack, word) || sounds(pack, latin, word))) found.push(field);
  }
  return found;
}

/** Texts within a value that can identify a person. Words of a closed list and counts can't. */
function wordsOf(value: Json, shape: Shape | undefined): string[] {
  if (!shape || value === null) return [];
  if (shape.is === 'either') return shape.of.flatMap((option) => wordsOf(value, option));
  if (Array.isArray(value))
    return shape.is === 'list' ? value.flatMap((item) => wordsOf(item, shape.of)) : [];
  if (typeof value === 'object') {
    if (shape.is !== 'record') return [];
    return Object.entries(value).flatMap(([name, member]) =>
      wordsOf(member, Object.hasOwn(shape.members, name) ? shape.members[name] : undefined),
    );
  }
  if (typeof value !== 'string') return [];
  if (shape.is === 'date') return datesOf(value);
  return shape.is === 'text'
    ? [value, ...givenNamesOf(value), ...nicknamesOf(value), ...placesOf(value)]
    : [];
}

/** The spellings of a day. */
function datesOf(iso: string): string[] {
  const [year = '', month = '', day = ''] = iso.split('-');
  const [m, d] = [String(Number(month)), String(Number(day))];
  return [
    `${year}${month}${day}`,
    `${day}${month}${year}`,
    `${month}${day}${year}`,
    `${year}年${m}月${d}日`,
    `${m}月${d}日`,
  ];
}

/** The rest of a name without its surname of one or two characters identifies as well as the name. */
function givenNamesOf(value: string): string[] {
  const characters = [...value.trim()];
  if (characters.length > 4 || !/^\p{Script=Han}+$/u.test(value.trim())) return [];
  return [1, 2].map((surname) => characters.slice(surname).join(''));
}

/** How a child is called by one character of its given name: 小鹏, 阿鹏, 鹏鹏. */
function nicknamesOf(value: string): string[] {
  const given = givenNamesOf(value).flatMap((name) => [...name]);
  return [...new Set(given)].flatMap((one) => [`小${one}`, `阿${one}`, one.repeat(2)]);
}

/** The named places of an address, and what remains of each without its leading words: 柳树镇, 幸福村. */
function placesOf(value: string): string[] {
  const parts =
    value.match(/[^省市区县镇乡村街路号室班校院园]{2,8}(?:镇|乡|村|街道|街|路|班|小学|中学|学校|院|园)/gu) ??
    [];
  return parts.length === 1 && parts[0] === value ? [] : parts;
}

function standsIn(haystack: string, word: string): boolean {
  // The province may appear: cards show it.
  const needle = fold(word.replace(/^[^省区市县]{2,6}(省|自治区|特别行政区)/u, ''));
  const characters = [...needle];
  if (characters.length < SHORTEST) return false;
  if (haystack.includes(needle)) return true;
  const times = characters.length > NOTE ? NOTE_SHARED : 1;
  for (let at = 0; at < characters.length; at++) {
    for (const [length, script] of [
      [SHARED.han * times, /^\p{Script=Han}+$/u],
      [SHARED.other * times, /^\P{Script=Han}+$/u],
    ] as const) {
      const run = characters.slice(at, at + length);
      if (run.length === length && script.test(run.join('')) && haystack.includes(run.join(''))) return true;
    }
  }
  return false;
}

/** The words of a text in Latin letters, without tones and case. */
function latinOf(text: string): string[] {
  const letters = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return letters.match(/[a-z]+/g) ?? [];
}

/** Longer values are no names. */
const LONGEST_NAME = 12;
/** A spelling of so many letters is no part of another word. */
const DISTINCT = 8;

/** A name may be written as one word or as several. */
function sounds({ stories }: Pack, latin: readonly string[], word: string): boolean {
  const length = [...word.trim()].length;
  if (!stories || latin.length === 0 || length < SHORTEST || length > LONGEST_NAME) return false;
  const all = latin.join('');
  return spellingsOf(stories, word.trim()).some((spelled) => {
    if (spelled.length >= DISTINCT) return all.includes(spelled);
    return latin.some((_, at) =>
      latin.slice(at, at + length).some((_, more) => latin.slice(at, at + more + 1).join('') === spelled),
    );
  });
}

/** Ignores width, case and characters in between. */
function fold(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}
