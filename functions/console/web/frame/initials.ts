/** Initials of Chinese words in pinyin, so that a name is found on a keyboard without an input method. */

const ORDER = new Intl.Collator('zh-Hans-CN-u-co-pinyin');
const LETTERS = 'abcdefghjklmnopqrstwxyz';
/** The first character of each letter in that order. */
const FIRST = [...'阿八嚓咑妸发旮哈丌咔垃妈拏噢妑七呥仨他屲夕丫帀'];

/** @returns `jxzc` for 就学支持; nothing for what isn't Han */
export const initialsOf = (text: string) =>
  Array.from(text, (character) =>
    /\p{Script=Han}/u.test(character)
      ? (LETTERS[FIRST.filter((first) => ORDER.compare(first, character) <= 0).length - 1] ?? '')
      : '',
  ).join('');
