import { LANGUAGE_TAGS, type Language } from '../../languages.ts';
import { unlessAbsent } from '../../translated.ts';
import { groups as english } from './en/groups.ts';
import { type Words, wordsOf } from './words.ts';

/** The words in a language; what it lacks is said in English. */
export async function wordsIn(language: Language): Promise<Words> {
  if (language === LANGUAGE_TAGS[0]) return wordsOf(english);
  const own = await unlessAbsent(
    (): Promise<{ groups: typeof english }> => import(`./${language}/groups.ts`),
  );
  return wordsOf(english, own.groups ?? {});
}
