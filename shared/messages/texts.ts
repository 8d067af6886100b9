/**
 * The words of the gateway itself, by language. A room is one file in each language folder. Another language is a folder,
 * its name in `Language`, and a line in each room: the types then ask for every text.
 */
import type { Text } from '../language.ts';

export type Language = 'en' | 'zh';
export const LANGUAGES: readonly Language[] = ['en', 'zh'];

// biome-ignore lint/suspicious/noExplicitAny: parameters of every kind
type Words = Readonly<Record<string, string | ((...parameters: any[]) => string)>>;

/** The same texts as those of a room, with the same parameters. */
export type Like<Room extends Words> = {
  readonly [Name in keyof Room]: Room[Name] extends (...parameters: infer P) => string
    ? (...parameters: P) => string
    : string;
};

/** A room in all languages. Parameters are names of the policy, limits and counts, never what was submitted. */
export type Room<English extends Words> = {
  readonly [Name in keyof English]: English[Name] extends (...parameters: infer P) => string
    ? (...parameters: P) => Text
    : Text;
};

export function texts<English extends Words>(
  languages: { en: English } & Record<Exclude<Language, 'en'>, Like<English>>,
): Room<English> {
  const names = Object.keys(languages.en);
  return Object.fromEntries(names.map((name) => [name, textOf(languages, name)])) as Room<English>;
}

function textOf(
  languages: Record<Language, Words>,
  name: string,
): Text | ((...parameters: unknown[]) => Text) {
  const inAll = (words: (one: Words[string] | undefined) => string) =>
    Object.fromEntries(LANGUAGES.map((language) => [language, words(languages[language][name])]));
  if (typeof languages.en[name] === 'string') return inAll((one) => String(one));
  return (...parameters) => inAll((one) => (typeof one === 'function' ? one(...parameters) : ''));
}

/** The text behind its code, for answers that have no member for the code. */
export function withCode(code: string, text: Text): Text {
  return Object.fromEntries(Object.entries(text).map(([language, words]) => [language, `${code}: ${words}`]));
}
