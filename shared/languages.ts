/**
 * The languages of the gateway, its pages, the command line and the console. A further one is a line here and a folder of
 * its tag at each place that `docs/operate/languages.md` lists. The languages of a pack are the pack's own.
 */

interface Spoken {
  /** Its own name. */
  name: string;
  /** The tag of a page in it (BCP 47), and the one by which numbers and times are written. */
  tag: string;
  locale: string;
  /** A test holds that it lacks no text. What another one lacks is said in English. */
  whole: boolean;
}

export const LANGUAGES = {
  en: { name: 'English', tag: 'en', locale: 'en-GB', whole: true },
  zh: { name: '中文', tag: 'zh-Hans', locale: 'zh-CN', whole: true },
} as const satisfies Readonly<Record<string, Spoken>>;

export type Language = keyof typeof LANGUAGES;

/** The first is the one in which every text exists. */
export const LANGUAGE_TAGS = Object.keys(LANGUAGES) as Language[];
