/** Whether a text names a category of a person. It depends on the text only, so that no test reads the record. */

import type { Pack } from '../pack/pack.ts';
import { onlyOfScript } from '../value/scripts.ts';
import { foldText } from '../value/stop-words.ts';

interface Looks {
  /** In a script without spaces, and whether the words may stand in one of the innocent phrases. */
  unspaced: RegExp;
  single: RegExp;
  spaced: RegExp;
  near: readonly { unspaced: RegExp; spaced: RegExp; unless: readonly string[] }[];
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
  const { variants } = stopWords;
  const folded = foldText(text, variants);
  const { innocent = [] } = stories;
  if (looks.unspaced.test(folded) || looks.single.test(without(folded, innocent))) return true;
  const spaced = ` ${without(spacedOf(pack, text), innocent)} `;
  if (looks.spaced.test(spaced)) return true;
  return text.split(SENTENCE).some((one) => {
    const left = without(foldText(one, variants), innocent);
    const words = ` ${without(spacedOf(pack, one), innocent)} `;
    return looks.near.some(
      ({ unspaced, spaced: apart, unless }) =>
        unspaced.test(without(left, unless)) || apart.test(without(words, unless)),
    );
  });
}

const known = new WeakMap<object, Looks>();

const SENTENCE = /[。！？；!?;\n]|\.(?=\s|$)/u;

/** The first phrase of those that overlap counts. */
const without = (text: string, phrases: readonly string[]) =>
  phrases.length === 0 ? text : text.replace(new RegExp(phrases.join('|'), 'gu'), '|');

function isUnspaced({ stopWords: { unspaced = [] } }: Pack, word: string): boolean {
  return unspaced.some((script) => onlyOfScript(script, word) !== '');
}

/** Words with a space between them. A character of a script without spaces ends a word of another. */
function spacedOf(pack: Pack, text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/’/gu, "'")
    .replace(/[^\p{L}\p{N}']+/gu, ' ')
    .replace(/[^\p{ASCII}]/gu, (one) => (isUnspaced(pack, one) ? ' ' : one))
    .replace(/ +/g, ' ')
    .trim();
}

function looksOf(pack: Pack, stories: NonNullable<Pack['stories']>): Looks {
  const { labels, except, words, near = [] } = stories;
  const values = labels.flatMap((field) => Object.entries(pack.words?.values[field] ?? {}));
  const named = values
    .filter(([value]) => !except.includes(value))
    .flatMap(([, said]) => Object.values(said))
    // Short labels of a script with spaces, such as those of peoples, are common words.
    .filter((word) => (isUnspaced(pack, word) ? [...word].length > 1 : word.length > 3));
  const all = [...named, ...words];
  const short = (word: string) => [...word].length === 1;
  return {
    unspaced: oneOf(pack, all, (word) => !short(word)),
    single: oneOf(pack, all, short),
    spaced: new RegExp(` (?:${spacedIn(pack, all)}) `, 'u'),
    near: near.map(({ one, other, within, unless = [] }) => ({
      unspaced: new RegExp(
        `(?:${unspacedIn(pack, one)})[^|]{0,${within}}(?:${unspacedIn(pack, other)})`,
        'u',
      ),
      spaced: new RegExp(
        ` (?:${spacedIn(pack, one)})(?: [^ |]+){0,${within}} (?:${spacedIn(pack, other)}) `,
        'u',
      ),
      unless,
    })),
  };
}

const NEVER = '(?!)';

function unspacedIn(pack: Pack, words: readonly string[]): string {
  const own = words.filter((word) => isUnspaced(pack, word));
  return own.map((word) => foldText(word, pack.stopWords.variants)).join('|') || NEVER;
}

const oneOf = (pack: Pack, words: readonly string[], has: (word: string) => boolean) =>
  new RegExp(
    unspacedIn(
      pack,
      words.filter((word) => has(word)),
    ),
    'u',
  );

function spacedIn(pack: Pack, words: readonly string[]): string {
  const own = words.filter((word) => !isUnspaced(pack, word));
  const forms = own.map((word) => {
    const said = spacedOf(pack, word);
    return word.endsWith('*') ? `${said}[^ |]*` : said;
  });
  return forms.join('|') || NEVER;
}
