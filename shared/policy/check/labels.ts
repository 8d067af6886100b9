/** Whether a text names a category of a person. It depends on the text only, so that no test reads the record. */

import { literally } from '../../literally.ts';
import type { Pack } from '../pack/pack.ts';
import { onlyOfScript } from '../value/scripts.ts';
import { foldText } from '../value/stop-words.ts';

interface Looks {
  /** In a script without spaces: words, and single characters, which may stand in one of the innocent phrases. */
  unspaced: RegExp;
  single: RegExp;
  spaced: RegExp;
  innocent: RegExp;
  near: readonly { unspaced: RegExp; spaced: RegExp; unless: RegExp }[];
}

/**
 * Words are found as whole words, those of a script without spaces wherever they stand, and a single character of one outside of
 * the phrases in which it means something else. A word that ends with `*` stands for its beginning.
 */
export function namesAKind(pack: Pack, text: string): boolean {
  const { stories, stopWords } = pack;
  if (!stories) return false;
  let looks = known.get(stories);
  if (!looks) {
    looks = looksOf(pack, stories);
    known.set(stories, looks);
  }
  const { unspaced, single, spaced, innocent, near } = looks;
  const fold = (one: string) => foldText(one, stopWords.variants);
  const wordsOf = (one: string) => ` ${without(spacedOf(pack, one), innocent)} `;
  if (unspaced.test(fold(text)) || single.test(without(fold(text), innocent))) return true;
  if (spaced.test(wordsOf(text))) return true;
  return text.split(SENTENCE).some((one) => {
    const [left, words] = [without(fold(one), innocent), wordsOf(one)];
    return near.some(
      (two) => two.unspaced.test(without(left, two.unless)) || two.spaced.test(without(words, two.unless)),
    );
  });
}

const known = new WeakMap<object, Looks>();

const SENTENCE = /[。！？；!?;\n]|\.(?=\s|$)/u;

const NEVER = '(?!)';

/** The first phrase of those that overlap counts. */
const without = (text: string, phrases: RegExp) => text.replace(phrases, '|');
const anyOf = (phrases: readonly string[]) => new RegExp(phrases.map(literally).join('|') || NEVER, 'gu');

function isUnspaced({ stopWords: { unspaced = [] } }: Pack, word: string): boolean {
  return unspaced.some((script) => onlyOfScript(script, word) !== '');
}

/**
 * Words with a space between them. A character of a script without spaces ends a word of another. Letters apart are one word,
 * `H.I.V.`; those with spaces, `Plan B H I V`, also stand as they are, because any of them may be a word.
 */
function spacedOf(pack: Pack, text: string): string {
  const words = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/’/gu, "'")
    .replace(/[^\p{ASCII}]/gu, (one) => (isUnspaced(pack, one) ? ' ' : one))
    .replace(/(?<![\p{L}\p{N}])[a-z](?:\.[a-z](?![\p{L}\p{N}]))+/gu, (dotted) => dotted.replaceAll('.', ''))
    .replace(/[^\p{L}\p{N}']+/gu, ' ')
    .replace(/ +/g, ' ')
    .trim();
  const joined = words.replace(/(?<![^ ])[a-z](?: [a-z])+(?![^ ])/g, (letters) =>
    letters.replaceAll(' ', ''),
  );
  return joined === words ? words : `${joined} | ${words}`;
}

function looksOf(pack: Pack, stories: NonNullable<Pack['stories']>): Looks {
  const { labels, except, words, innocent = [], near = [] } = stories;
  const values = labels.flatMap((field) => Object.entries(pack.words?.values[field] ?? {}));
  const named = values
    .filter(([value]) => !except.includes(value))
    .flatMap(([, said]) => Object.values(said))
    // Short labels of a script with spaces, such as those of peoples, are common words.
    .filter((word) => (isUnspaced(pack, word) ? [...word].length > 1 : word.length > 3));
  const all = [...named, ...words];
  const ofOne = (isOne: boolean) => all.filter((word) => ([...word].length === 1) === isOne);
  return {
    unspaced: new RegExp(unspacedIn(pack, ofOne(false)), 'u'),
    single: new RegExp(unspacedIn(pack, ofOne(true)), 'u'),
    spaced: new RegExp(` (?:${spacedIn(pack, all)}) `, 'u'),
    innocent: anyOf(innocent),
    near: near.map(({ one, other, within, unless = [] }) => ({
      unspaced: new RegExp(
        `(?:${unspacedIn(pack, one)})[^|]{0,${within}}(?:${unspacedIn(pack, other)})`,
        'u',
      ),
      spaced: new RegExp(
        ` (?:${spacedIn(pack, one)})(?: [^ |]+){0,${within}} (?:${spacedIn(pack, other)}) `,
        'u',
      ),
      unless: anyOf(unless),
    })),
  };
}

function unspacedIn(pack: Pack, words: readonly string[]): string {
  const own = words.filter((word) => isUnspaced(pack, word));
  return own.map((word) => foldText(word, pack.stopWords.variants)).join('|') || NEVER;
}

function spacedIn(pack: Pack, words: readonly string[]): string {
  const own = words.filter((word) => !isUnspaced(pack, word));
  const forms = own.map((word) => {
    const said = spacedOf(pack, word);
    // Initials apart, with one more letter on each side: longer spellings are of other words.
    if (/^[A-Z]+$/.test(word)) return `${said}|(?<! [a-z] [a-z] )${[...said].join(' ')}(?! [a-z] [a-z] )`;
    return word.endsWith('*') ? `${said}[^ |]*` : said;
  });
  return forms.join('|') || NEVER;
}
