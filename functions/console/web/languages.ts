/** The languages of the console, each a table of `languages` that gathers a folder of `messages`. What one lacks is said in English. */
import { LANGUAGE_TAGS, LANGUAGES, type Language } from '../../../shared/languages.ts';
import { withEnglish } from '../../../shared/translated.ts';
import type { en } from './languages/en.ts';

export type Messages = typeof en;

/** @returns the language of that code, or the first */
export function languageNamed(code: string): (typeof LANGUAGES)[Language] {
  return LANGUAGES[knownOf(code)];
}

const knownOf = (code: string) => LANGUAGE_TAGS.find((tag) => tag === code) ?? (LANGUAGE_TAGS[0] as Language);

/** The language to which the button of the page switches. */
export function languageAfter(code: string): Language {
  const at = LANGUAGE_TAGS.indexOf(knownOf(code));
  return LANGUAGE_TAGS[(at + 1) % LANGUAGE_TAGS.length] as Language;
}

export async function messagesIn(code: string): Promise<Messages> {
  const language = knownOf(code);
  const english = async () => (await import('./languages/en.ts')).en;
  if (language === 'en') return english();
  const own = async () => {
    const table = await import(`./languages/${language}.ts`);
    return table[language] as Messages;
  };
  return LANGUAGES[language].whole ? own() : withEnglish(english, own);
}
