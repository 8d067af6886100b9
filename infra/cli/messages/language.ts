/** The language of the command line, and its texts. What another language lacks is said in English. */

import { inLanguage, type Text } from '../../../shared/language.ts';
import { LANGUAGE_TAGS, LANGUAGES, type Language } from '../../../shared/languages.ts';
import { speak } from '../../../shared/messages/texts.ts';
import { withEnglish } from '../../../shared/translated.ts';
import { en } from './en.ts';

type Rooms = typeof en;
type Room = keyof Rooms;
export type Texts<Name extends Room> = Awaited<ReturnType<Rooms[Name]>>;

/** `--lang`, then FIELDGATE_LANG, then the locale as POSIX orders its variables; English for all others. */
export function languageOf(args: readonly string[], env: NodeJS.ProcessEnv): Language {
  const known = wishesIn(args, env).map((wish) => LANGUAGE_TAGS.find((name) => tagOf(wish) === name));
  return known.find((name) => name !== undefined) ?? 'en';
}

function wishesIn(args: readonly string[], env: NodeJS.ProcessEnv): (string | undefined)[] {
  const named = args.findLast((arg, at) => args[at - 1] === '--lang' || arg.startsWith('--lang='));
  const locale = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((one) => one);
  return [named?.replace('--lang=', ''), env['FIELDGATE_LANG'], locale];
}

/** `zh` of `zh_CN.UTF-8` and of `zh-Hans`. */
const tagOf = (wish: string | undefined) => /^[a-z]{2,3}(?![a-z])/.exec(wish?.toLowerCase() ?? '')?.[0];

export const language = languageOf(process.argv.slice(2), process.env);

/** Language tags for texts of a pack, which may have languages that the command line has not: `zh-CN` of `zh_CN.UTF-8`. */
export const wanted: readonly string[] = wishesIn(process.argv.slice(2), process.env)
  .flatMap((wish) => (wish ? [wish.replace(/[.@].*$/, '').replaceAll('_', '-')] : []))
  .concat(language);

/** The texts of one room of the command line; no other is loaded. */
export async function texts<Name extends Room>(room: Name): Promise<Texts<Name>> {
  const english = en[room] as () => Promise<Texts<Name>>;
  if (language === 'en') return english();
  const own = () => import(`./${language}/${room}.ts`) as Promise<Texts<Name>>;
  return LANGUAGES[language].whole ? own() : withEnglish(english, own);
}

/** Loads the gateway's own words that the command line repeats. */
export const speakHere = (): Promise<void> => speak(language);

/** A text of a pack or of the gateway in the language of the command line. */
export function spoken(text: Text): string {
  return inLanguage(text, wanted);
}

/** Those that all rooms share. */
export const { words } = await texts('words');
