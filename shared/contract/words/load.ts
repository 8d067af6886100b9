import { LANGUAGE_TAGS, type Language } from '../../languages.ts';
import { unlessAbsent } from '../../translated.ts';
import { type Groups, type Words, wordsOf } from './words.ts';

/** The words in a language; what it lacks is said in English. Loaded when they are read, because most calls need none. */
export async function wordsIn(language: Language): Promise<Words> {
  const { groups } = await import('./en/groups.ts');
  if (language === LANGUAGE_TAGS[0]) return wordsOf(groups);
  const own = await unlessAbsent((): Promise<{ groups: Groups }> => import(`./${language}/groups.ts`));
  return wordsOf(groups, own.groups ?? {});
}
