/** Values in words, as pages and the terminal show them. */
import { wordsFor } from './texts.ts';
import { valuesTexts } from './values.ts';

/** Words for the members and codes of values. */
export interface Saying {
  /** A language tag. */
  lang: string;
  member(name: string): string;
  code(code: string): string;
}

/** A value in words; lists and records as their parts. */
export function inWords(value: unknown, say: Saying): string {
  const { yes, no, colon, comma, semicolon, file } = wordsFor(valuesTexts, say.lang);
  if (value === null || value === undefined) return '—';
  if (typeof value === 'boolean') return value ? yes : no;
  if (Array.isArray(value)) return value.map((part) => inWords(part, say)).join(semicolon);
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([name, part]) => `${say.member(name)}${colon}${inWords(part, say)}`)
      .join(comma);
  }
  // The digest of a file says nothing to a reader.
  if (/^file:sha256-[0-9a-f]{64}$/.test(String(value))) return file;
  return say.code(String(value));
}
