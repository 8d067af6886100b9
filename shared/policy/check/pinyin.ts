/** The form of sounds `pinyin`: how Han characters are read, by the order in which ICU sorts them and a short table of the pack. */

import type { Writing } from '../pack/parts.ts';

const ORDER = new Intl.Collator('zh-Hans-CN-u-co-pinyin');

type Readings = NonNullable<Writing['sounds']>;

const tables = new WeakMap<Readings, [character: string, syllable: string][]>();

function tableOf(rules: Readings): [string, string][] {
  const known = tables.get(rules);
  if (known) return known;
  const table = rules.readings.split(/\s+/).map((one): [string, string] => {
    const [character = ''] = one;
    return [character, one.slice(character.length)];
  });
  tables.set(rules, table);
  return table;
}

/**
 * All spellings of a name in Latin letters, without spaces: a surname may be read in two ways, and ü is written v or u.
 * @returns none for a text with other than Han characters
 */
export function spellingsOf(rules: Readings | undefined, name: string): string[] {
  if (!rules || !/^\p{Script=Han}+$/u.test(name)) return [];
  const syllables = Array.from(name, (character) => syllableOf(rules, character));
  const [first = ''] = name;
  const surname = Object.hasOwn(rules.surnames, first) ? rules.surnames[first] : undefined;
  const all = [syllables, ...(surname === undefined ? [] : [[surname, ...syllables.slice(1)]])];
  const spelled = all.map((one) => one.join(''));
  return [...new Set(spelled.flatMap((one) => [one, one.replaceAll('v', 'u')]))];
}

/** The first letters of a name: of each character, or one for a surname of two; the surname first or last. */
export function initialsOf(rules: Readings, name: string): string[] {
  const all = Array.from(name, (one) => syllableOf(rules, one)).map((syllable) => syllable.slice(0, 1));
  return [1, 2].flatMap((length) => {
    const [surname, given] = [all.slice(0, length), all.slice(length).join('')];
    return [surname.join(''), surname[0] ?? ''].flatMap((one) => [one + given, given + one]);
  });
}

/** The syllable of the last entry that does not sort after the character. */
function syllableOf(rules: Readings, character: string): string {
  const table = tableOf(rules);
  let [low, high] = [0, table.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (ORDER.compare(table[middle]?.[0] ?? '', character) <= 0) low = middle;
    else high = middle - 1;
  }
  return table[low]?.[1] ?? '';
}
