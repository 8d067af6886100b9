/**
 * A person's settings of the console's appearance in the browser. Besides them, verification results, the policy of
 * witnesses and the last lock are stored.
 */
import { effect, signal } from '@preact/signals';
import { languageOf } from '../../../../shared/language.ts';
import { LANGUAGE_TAGS } from '../../../../shared/languages.ts';

export interface Prefs {
  /** One of `LANGUAGE_TAGS`. */
  language: string;
  theme: 'system' | 'light' | 'dark';
  density: 'normal' | 'compact';
  /** Keys without Ctrl are active. */
  keys: boolean;
}

const NAME = 'fieldgate.prefs';

export const prefs = signal<Prefs>(read());

effect(() => {
  const { theme, density } = prefs.value;
  const root = document.documentElement;
  root.dataset['theme'] = theme;
  root.dataset['density'] = density;
});

export function setPrefs(changes: Partial<Prefs>): void {
  prefs.value = { ...prefs.value, ...changes };
  try {
    localStorage.setItem(NAME, JSON.stringify(prefs.value));
  } catch {
    // The console also works in a browser that stores nothing.
  }
}

function read(): Prefs {
  const language = languageOf(LANGUAGE_TAGS, navigator.languages) as string;
  const standard: Prefs = { language, theme: 'system', density: 'normal', keys: true };
  try {
    const kept = JSON.parse(localStorage.getItem(NAME) ?? '{}');
    const known = Object.keys(standard).filter(
      (name) => typeof kept[name] === typeof standard[name as 'keys'],
    );
    return { ...standard, ...Object.fromEntries(known.map((name) => [name, kept[name]])) };
  } catch {
    return standard;
  }
}
