import type { Context } from 'hono';
import { inLanguage, languageOf, type Text } from '../../shared/language.ts';
import { LANGUAGE_TAGS, type Language } from '../../shared/languages.ts';
import { speak } from '../../shared/messages/texts.ts';

/** Most ranges of `Accept-Language` that are read. */
const MOST = 16;

/** @returns the language tags that the header accepts, the preferred one first (RFC 9110, section 12.5.4) */
export function acceptedLanguages(header: string | undefined): string[] {
  return (header ?? '')
    .split(',', MOST)
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
      const quality = parameters.find((one) => /^q=/i.test(one))?.slice(2) ?? '1';
      return { tag, quality: /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(quality) ? Number(quality) : 0 };
    })
    .filter(({ tag, quality }) => quality > 0 && /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/.test(tag))
    .sort((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag);
}

/** The language in which the gateway answers a reader who accepts these: one that it speaks, English if none. */
export function spokenOf(wanted: readonly string[]): Language {
  return (languageOf(LANGUAGE_TAGS, wanted) as Language | undefined) ?? 'en';
}

/** @returns the text for a reader who accepts these languages; a pack's text may have more than the gateway speaks */
export function sayTo(wanted: readonly string[], text: Text): string {
  return inLanguage(text, wanted, 'en');
}

/** The languages that the caller of this request accepts. */
export function wantedBy(c: Context): string[] {
  return acceptedLanguages(c.req.header('accept-language'));
}

/** Loads the words of the caller's language, which an answer may need. */
export async function prepareWords(c: Context): Promise<void> {
  await speak(spokenOf(wantedBy(c)));
}

/** @returns the language of a page: the one that is asked for, or else the caller's. Its words are loaded. */
export async function pageLanguage(c: Context, asked: string | undefined): Promise<string> {
  const tag = asked ?? spokenOf(wantedBy(c));
  await speak(spokenOf([tag]));
  return tag;
}

/** Headers of an answer whose words are in the caller's language. */
export function languageHeaders(wanted: readonly string[]): Record<string, string> {
  return { 'content-language': spokenOf(wanted), vary: 'accept-language' };
}
