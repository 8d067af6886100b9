/** The languages of the console. A further one is a folder of `messages` with its table, named here. */
import type { en } from './messages/en.ts';

export type Messages = typeof en;

interface Language {
  /** Its own name. */
  name: string;
  /** The tag of the page (BCP 47), and the one by which numbers and times are written. */
  tag: string;
  locale: string;
  texts(): Promise<Messages>;
}

export const LANGUAGES: Readonly<Record<string, Language>> = {
  en: {
    ...{ name: 'English', tag: 'en', locale: 'en-GB' },
    texts: async () => (await import('./messages/en.ts')).en,
  },
  zh: {
    ...{ name: '中文', tag: 'zh-Hans', locale: 'zh-CN' },
    texts: async () => (await import('./messages/zh.ts')).zh,
  },
};

/** @returns the language of that code, or the first */
export const languageNamed = (code: string): Language =>
  LANGUAGES[code] ?? (Object.values(LANGUAGES)[0] as Language);

/** The language to which the button of the page switches. */
export function languageAfter(code: string): string {
  const codes = Object.keys(LANGUAGES);
  return codes[(codes.indexOf(code) + 1) % codes.length] as string;
}
