/** Scripts by their Unicode name, which packs name. */

const known = new Map<string, { whole: RegExp; others: RegExp }>();

function of(script: string) {
  const found = known.get(script) ?? {
    whole: new RegExp(`^\\p{Script=${script}}+$`, 'u'),
    others: new RegExp(`[^\\p{Script=${script}}|]`, 'gu'),
  };
  known.set(script, found);
  return found;
}

export function isOfScript(script: string, text: string): boolean {
  return of(script).whole.test(text);
}

/** The characters of the script and the boundaries `|`. */
export function onlyOfScript(script: string, text: string): string {
  return text.replace(of(script).others, '');
}

/** Scripts of living languages that are written without spaces. */
export const UNSPACED = [
  'Han',
  'Hiragana',
  'Katakana',
  'Thai',
  'Lao',
  'Khmer',
  'Myanmar',
  'Tibetan',
] as const;
