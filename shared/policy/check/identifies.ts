/**
 * Whether a text that is meant for everybody gives somebody away: it is held against what is on record of that
 * person. A text that passes names none of it; whether it can be guessed otherwise, a person has to judge.
 */
import type { Pack } from '../pack/pack.ts';
import type { Shape } from '../pack/parts.ts';
import type { Json } from '../types.ts';

/** Characters in a row that a text may not share with a longer value: of Han script, and of other letters and digits. */
const SHARED = { han: 4, other: 6 };
/** As many times longer are those that it may not share with a note, which consists of common words. */
const [NOTE, NOTE_SHARED] = [60, 3];
/** Values of fewer characters stand in many texts. */
const SHORTEST = 2;

/**
 * @param values opened values by field, of every owner
 * @returns the fields of which something stands in the text
 */
export function identifies(pack: Pack, text: string, values: ReadonlyMap<string, readonly Json[]>): string[] {
  const haystack = fold(text);
  const found: string[] = [];
  for (const [field, held] of values) {
    const shape = pack.fields.get(field)?.shape;
    const words = held.flatMap((value) => wordsOf(value, shape));
    if (words.some((word) => standsIn(haystack, word))) found.push(field);
  }
  return found;
}

/** Texts within a value that can give away; words of a closed list can't, nor can numbers that are counts. */
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
  return shape.is === 'text' ? [value, ...givenNamesOf(value)] : [];
}

/** A day as it may be written. */
function datesOf(iso: string): string[] {
  const [year = '', month = '', day = ''] = iso.split('-');
  const [m, d] = [String(Number(month)), String(Number(day))];
  return [`${year}${month}${day}`, `${year}年${m}月${d}日`, `${m}月${d}日`];
}

/** What remains of a name without a surname of one character or two is as good as the name. */
function givenNamesOf(value: string): string[] {
  const characters = [...value.trim()];
  if (characters.length > 4 || !/^\p{Script=Han}+$/u.test(value.trim())) return [];
  return [1, 2].map((surname) => characters.slice(surname).join(''));
}

function standsIn(haystack: string, word: string): boolean {
  // A province is no secret: it is what a card may say.
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

/** Width, case and whatever stands between characters do not count. */
function fold(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}
