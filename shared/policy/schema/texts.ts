/** Texts for people in a pack's YAML: a map of the pack's languages, or a plain string in a pack of one language. */
import * as v from 'valibot';
import { LANGUAGE, type Text } from '../../language.ts';
import type { Path } from './source.ts';

type Report = (path: Path, message: string) => unknown;

export const languageSchema = v.pipe(
  v.string(),
  v.regex(LANGUAGE, 'a language is a tag such as en; quote a text with a comma'),
);

const words = v.pipe(v.string(), v.minLength(1), v.maxLength(1000));

/** A plain string is a text in no language until `textsIn` gives it the pack's only one. */
const PLAIN = '';
const found = new WeakSet<object>();

/** A text for people. Names of things and articles are no such texts. */
export const textSchema = v.pipe(
  v.union([words, v.record(languageSchema, words)], 'a text is a map of languages, such as { en: Name }'),
  v.transform((given): Text => {
    const text = typeof given === 'string' ? { [PLAIN]: given } : { ...given };
    found.add(text);
    return text;
  }),
);

export const labelled = { label: textSchema };

/**
 * Gives every text of a checked pack exactly the pack's languages, in their order.
 * @param report a text that is wrong, or missing in a language
 */
export function textsIn<T>(source: T, languages: readonly string[], report: Report): T {
  const [own = ''] = languages;
  const visit = (value: unknown, path: Path): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item, index) => visit(item, [...path, index]));
    if (!found.has(value))
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, visit(item, [...path, name])]),
      );
    const text = value as Text;
    const plain = text[PLAIN];
    if (plain !== undefined) {
      if (languages.length > 1)
        report(
          path,
          `a text of a pack in several languages is a map: write { ${languages.map((tag) => `${tag}: …`).join(', ')} }`,
        );
      return { [own]: plain };
    }
    for (const tag of Object.keys(text))
      if (!languages.includes(tag)) report(path, `"${tag}" is not in \`languages\` of the pack`);
    for (const tag of languages)
      if (!Object.hasOwn(text, tag)) report(path, `no ${tag} text: add \`${tag}: …\``);
    return Object.fromEntries(languages.flatMap((tag) => (text[tag] ? [[tag, text[tag]]] : [])));
  };
  return visit(source, []) as T;
}
