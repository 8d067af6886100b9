/** The language of the command line, and its texts. A further language is a folder with a table, named here. */

import { inLanguage, type Text } from '../../../shared/language.ts';
import type { en } from './en.ts';

type Rooms = typeof en;
type Room = keyof Rooms;
export type Texts<Name extends Room> = Awaited<ReturnType<Rooms[Name]>>;

const LANGUAGES = {
  en: async (): Promise<Rooms> => (await import('./en.ts')).en,
  zh: async (): Promise<Rooms> => (await import('./zh.ts')).zh,
};

export type Language = keyof typeof LANGUAGES;
export const LANGUAGE_NAMES = Object.keys(LANGUAGES) as Language[];

/** `--lang`, then FIELDGATE_LANG, then the locale as POSIX orders its variables; English for all others. */
export function languageOf(args: readonly string[], env: NodeJS.ProcessEnv): Language {
  const known = wishesIn(args, env).map((wish) => LANGUAGE_NAMES.find((name) => tagOf(wish) === name));
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

const rooms = LANGUAGES[language]();

/** The texts of one room of the command line; no other is loaded. */
export async function texts<Name extends Room>(room: Name): Promise<Texts<Name>> {
  const load = (await rooms)[room] as () => Promise<Texts<Name>>;
  return load();
}

/** A text of a pack in the language of the command line. */
export function spoken(text: Text): string {
  return inLanguage(text, wanted);
}
