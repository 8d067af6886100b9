/**
 * Whether a public text identifies a person: it is compared with that person's records. A text that passes
 * contains no recorded value whole, and no long part of one. A human must judge whether the person can be guessed in another way.
 */
import { literally } from '../../literally.ts';
import type { Pack } from '../pack/pack.ts';
import type { Shape, Writing } from '../pack/parts.ts';
import type { Json } from '../types.ts';
import { isOfScript, onlyOfScript } from '../value/scripts.ts';
import { numerals } from './leak-forms.ts';
import { initialsOf, spellingsOf } from './pinyin.ts';

/** Maximum length of a sequence that a text may share with a longer value, unless the pack says otherwise. */
const SHARED: NonNullable<Writing['shared']> = { other: 12 };
/** Factor for notes, which consist of common words: longer sequences may be shared with them. */
const [NOTE, NOTE_SHARED] = [60, 1.5];
/** Values shorter than this occur in many texts. */
const SHORTEST = 2;

/**
 * @param values opened values by field, of every owner
 * @returns the fields whose values the text contains, whole or in part
 */
export function identifies(pack: Pack, text: string, values: ReadonlyMap<string, readonly Json[]>): string[] {
  const haystack = [text, ...readings(pack, text)].flatMap((one) => [fold(one), apart(one)]).join('|');
  const latin = latinOf(text);
  const { writing = {} } = pack;
  const isFound = (word: string) => standsIn(haystack, word, writing) || sounds(latin, word, writing);
  const isShortened = (name: string) =>
    [isMasked, isInitialled, isSpelled].some((is) => is(text, name, writing)) ||
    isTitled(latin, name, writing);
  const found = [...values].filter(([field, held]) => {
    const shape = pack.fields.get(field)?.shape;
    const words = held.flatMap((value) => wordsOf(value, shape, writing));
    // What a person is called is no name that is written with signs.
    const names = held.flatMap((value) => wordsOf(value, shape, {}));
    return words.some(isFound) || names.some(isShortened);
  });
  return found.map(([field]) => field);
}

/** The text with numerals as digits, and its days in one row of digits. */
function readings({ writing, stopWords: { variants = {} } }: Pack, text: string): string[] {
  const one = (character: string) => (Object.hasOwn(variants, character) ? variants[character] : character);
  const digits = numerals(Array.from(text.normalize('NFKC'), one).join(''), writing);
  const days = [...digits.matchAll(/(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})(?!\d)/gu)];
  return [digits, ...days.map(([, ...parts]) => parts.map((part) => part.padStart(2, '0')).join(''))];
}

/** Texts within a value that can identify a person. Words of a closed list and counts can't. */
function wordsOf(value: Json, shape: Shape | undefined, writing: Writing): string[] {
  if (!shape || value === null) return [];
  if (shape.is === 'either') return shape.of.flatMap((option) => wordsOf(value, option, writing));
  if (Array.isArray(value))
    return shape.is === 'list' ? value.flatMap((item) => wordsOf(item, shape.of, writing)) : [];
  if (typeof value === 'object') {
    if (shape.is !== 'record') return [];
    return Object.entries(value).flatMap(([name, member]) =>
      wordsOf(member, Object.hasOwn(shape.members, name) ? shape.members[name] : undefined, writing),
    );
  }
  if (typeof value !== 'string') return [];
  if (shape.is === 'date') return datesOf(value, writing);
  return shape.is === 'text'
    ? [
        value,
        ...givenNamesOf(value, writing),
        ...calledBy(value, writing),
        ...placesOf(value, writing),
        ...spelledOf(value, writing),
      ]
    : [];
}

/** The spellings of a day: in digits in three orders, and in words as the pack has them. */
function datesOf(iso: string, { dates = [], months = [] }: Writing): string[] {
  const [year = '', month = '', day = ''] = iso.split('-');
  const number = Number(month);
  const parts: Record<string, string> = { year, month: String(number), day: String(Number(day)) };
  const name = months[number - 1];
  if (name !== undefined) parts['name'] = name;
  return [
    ...[`${year}${month}${day}`, `${day}${month}${year}`, `${month}${day}${year}`],
    ...dates
      .filter((form) => name !== undefined || !form.includes('{name}'))
      .map((form) => form.replace(/\{(\w+)\}/g, (_, part: string) => parts[part] ?? '')),
  ];
}

/** What may be surname and given name of a name in the pack's script. The given name alone identifies as well as the whole. */
function partsOf(value: string, { script, names }: Writing): { surname: string; given: string }[] {
  const characters = [...value.trim()];
  if (!names || script === undefined || characters.length > names.most || !isOfScript(script, value.trim()))
    return [];
  return names.surnames
    .filter((length) => length < characters.length)
    .map((length) => ({
      surname: characters.slice(0, length).join(''),
      given: characters.slice(length).join(''),
    }));
}

const givenNamesOf = (value: string, writing: Writing) => partsOf(value, writing).map(({ given }) => given);
const surnamesOf = (value: string, writing: Writing) => partsOf(value, writing).map(({ surname }) => surname);

/** How a person is called by one character of the given name, or by the surname alone. */
function calledBy(value: string, writing: Writing): string[] {
  const { called = [], bySurname = [], common = '' } = writing.names ?? {};
  const given = givenNamesOf(value, writing).flatMap((name) =>
    [...name].filter((one) => !common.includes(one)),
  );
  const say = (forms: readonly string[], names: readonly string[]) =>
    [...new Set(names)].flatMap((one) => forms.map((form) => form.replaceAll('*', one)));
  return [...say(called, given), ...say(bySurname, surnamesOf(value, writing))];
}

/** Whether a name stands in the text with signs for some of its characters: after the surname, or before the last. */
function isMasked(text: string, name: string, writing: Writing): boolean {
  const { masks } = writing.names ?? {};
  const surnames = surnamesOf(name, writing);
  if (masks === undefined || surnames.length === 0) return false;
  const shown = [...text.normalize('NFKC').replace(/\s/gu, '')];
  const last = [...name.trim()].at(-1);
  return shown.some((one, at) => {
    if (!masks.includes(one) && !/\p{So}/u.test(one)) return false;
    const before = shown.slice(0, at).join('');
    // A word that stands for a name, such as "a certain", stands after the surname alone.
    const isSign = !/\p{L}/u.test(one);
    return surnames.some((surname) => before.endsWith(surname)) || (isSign && shown[at + 1] === last);
  });
}

/** Two initials count with dots between them, and more with dots, spaces or nothing. */
function isInitialled(text: string, name: string, writing: Writing): boolean {
  if (!writing.sounds || surnamesOf(name, writing).length === 0) return false;
  const letters = text.normalize('NFKC');
  const dotted = letters.match(/(?<![A-Za-z])[A-Za-z](?:[.·]\s?[A-Za-z](?![A-Za-z]))+/gu) ?? [];
  const plain = letters.match(/(?<![A-Za-z])[A-Z](?: ?[A-Z]){2,}(?![A-Za-z])/gu) ?? [];
  const written = [...dotted, ...plain].map((one) => one.replace(/[^A-Za-z]/gu, '').toLowerCase());
  const initials = initialsOf(writing.sounds, name.trim());
  if (initials.some((one) => written.includes(one))) return true;
  // A letter may stand where a character of the name would.
  const { called = [], bySurname = [] } = writing.names ?? {};
  const forms = [...called, ...bySurname].filter((form) => /[^*]/u.test(form));
  return [...forms, ...surnamesOf(name, writing).map((surname) => `${surname}*`)].some((form) => {
    const said = form.split('*').map(literally).join('([A-Z]{1,3})');
    const at = new RegExp(`(?<![A-Za-z])${said}(?![A-Za-z])`, 'gu');
    return [...letters.matchAll(at)].some(([, one = '']) =>
      initials.some((all) => all.startsWith(one.toLowerCase()) || all.endsWith(one.toLowerCase())),
    );
  });
}

/** Whether a surname stands in Latin letters next to a word for a person, or to a single letter. */
function isTitled(latin: readonly string[], name: string, writing: Writing): boolean {
  const { sounds, names } = writing;
  if (!sounds || !names?.cues) return false;
  const isCue = (one: string | undefined) => one !== undefined && names.cues?.includes(one) === true;
  // A short surname next to a letter may be words of a language: he, a.
  const isLetter = (one: string | undefined) => one?.length === 1;
  const spelled = surnamesOf(name, writing).flatMap((surname) => spellingsOf(sounds, surname));
  return latin.some(
    (one, at) =>
      spelled.includes(one) &&
      [latin[at - 1], latin[at + 1]].some((next) => isCue(next) || (one.length > 3 && isLetter(next))),
  );
}

/** Whether a surname stands in Latin letters before an initial of the given name. A and I are words, too. */
function isSpelled(text: string, name: string, { sounds, ...writing }: Writing): boolean {
  if (!sounds) return false;
  const letters = text.normalize('NFKD').replace(/\p{M}/gu, '');
  return partsOf(name, writing).some(({ surname, given }) => {
    const initials = initialsOf(sounds, given).map((one) => one.slice(0, 1).toUpperCase());
    const alone = initials.filter((one) => !'AI'.includes(one)).join('');
    if (alone === '') return false;
    const spelled = spellingsOf(sounds, surname).map(
      (one) => `${one.slice(0, 1).toUpperCase()}${one.slice(1)}`,
    );
    return new RegExp(`(?<![A-Za-z])(?:${spelled.join('|')}) [${alone}](?![A-Za-z])`, 'u').test(letters);
  });
}

/** The named places of an address. */
function placesOf(value: string, { places }: Writing): string[] {
  const parts = places ? (value.match(new RegExp(places.named, 'gu')) ?? []) : [];
  return parts.length === 1 && parts[0] === value ? [] : parts;
}

/** A class is written in several ways. */
function spelledOf(value: string, writing: Writing): string[] {
  const read = numerals(value.normalize('NFKC'), writing);
  return (writing.spelled ?? []).flatMap(({ from, to }) => {
    const groups = new RegExp(from, 'u').exec(read);
    return groups ? to.map((form) => form.replace(/\{(\d)\}/g, (_, at) => groups[Number(at)] ?? '')) : [];
  });
}

/** Whether the text has the word. A number at its ends is a whole number, unless the word is a row of digits. */
function holds(haystack: string, needle: string): boolean {
  if (/^\d+$/.test(needle)) return haystack.includes(needle);
  const isDigit = (one: string | undefined) => one !== undefined && /\d/.test(one);
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + 1)) {
    const end = at + needle.length;
    const before = isDigit(needle[0]) && isDigit(haystack[at - 1]);
    if (!before && !(isDigit(needle.at(-1)) && isDigit(haystack[end]))) return true;
  }
  return false;
}

function standsIn(haystack: string, word: string, { script, shared = SHARED, places }: Writing): boolean {
  const shown = places?.shown;
  const needle = fold(shown === undefined ? word : word.replace(new RegExp(`^(?:${shown})`, 'u'), ''));
  const characters = [...needle];
  if (characters.length < SHORTEST) return false;
  if (holds(haystack, needle)) return true;
  const times = characters.length > NOTE ? NOTE_SHARED : 1;
  const isOwn = (run: string) => script !== undefined && isOfScript(script, run);
  const isOther = (run: string) => script === undefined || onlyOfScript(script, run) === '';
  for (let at = 0; at < characters.length; at++) {
    for (const [length, fits] of [
      [(shared.script ?? shared.other) * times, isOwn],
      [shared.other * times, isOther],
    ] as const) {
      const run = characters.slice(at, at + length);
      if (run.length === length && fits(run.join('')) && haystack.includes(run.join(''))) return true;
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
function sounds(latin: readonly string[], word: string, writing: Writing): boolean {
  const length = [...word.trim()].length;
  if (!writing.sounds || latin.length === 0 || length < SHORTEST || length > LONGEST_NAME) return false;
  const all = latin.join('');
  return spellingsOf(writing.sounds, word.trim()).some((spelled) => {
    if (spelled.length >= DISTINCT) return all.includes(spelled);
    return latin.some((_, at) =>
      latin.slice(at, at + length).some((_, more) => latin.slice(at, at + more + 1).join('') === spelled),
    );
  });
}

/** Ignores width, case and what stands between words, where a number ends. */
function apart(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .toLowerCase();
}

/** Ignores width, case and characters in between. */
function fold(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}
