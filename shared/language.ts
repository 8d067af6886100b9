/** Texts in several languages, and which of them a reader gets. */

/** A text by language tag (BCP 47): `{ en: 'Name', zh: '姓名' }`. The pack's own language is its first. */
export type Text = Readonly<Record<string, string>>;

/** What a language is called in a pack and in a request: `en`, `zh`, `zh-Hant`. There is no list of them. */
export const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

/**
 * @param wanted language tags, the preferred one first
 * @param fallback the language if there is none of these. Absent: the text's first
 * @returns the text in the first wanted language that it has. A wanted `zh-Hans-CN` also takes `zh-Hans` or `zh`
 *   (RFC 4647, look-up), and a wanted `zh` a text in `zh-Hans` if there is no other
 */
export function inLanguage(text: Text, wanted: readonly string[], fallback?: string): string {
  const tag = languageOf(Object.keys(text), fallback === undefined ? wanted : [...wanted, fallback]);
  return (tag === undefined ? undefined : text[tag]) ?? '';
}

/** The language of those on offer that a reader gets; the first of them if none is wanted. */
export function languageOf(offered: readonly string[], wanted: readonly string[]): string | undefined {
  for (const tag of wanted) {
    for (let range = tag.toLowerCase(); range !== ''; range = range.replace(/-?[^-]*$/, '')) {
      const exact = offered.find((one) => one.toLowerCase() === range);
      const wider = exact ?? offered.find((one) => one.toLowerCase().startsWith(`${range}-`));
      if (wider !== undefined) return wider;
    }
  }
  return offered[0];
}

/** The same text if the pack has none: the code, in no language. */
export function codeText(code: string): Text {
  return { und: code };
}
