/** Keyboard shortcuts. Single keys work only outside text fields, and a person can switch them off (WCAG 2.1.4). */
import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { prefs } from './prefs.ts';

export interface Key {
  label: string;
  run(): void;
  /** Works even while a field has the focus. */
  everywhere?: boolean;
}
export type Keys = Record<string, Key>;

/** Layers of keys, the innermost last. */
const layers: { current: Keys }[] = [];
export const layersChanged = signal(0);

/** All shortcuts that are active now. */
export function currentKeys(): [string, Key][] {
  return [...new Map(layers.flatMap(({ current }) => Object.entries(current)))];
}

/** A key as it is shown. */
export const shownKey = (name: string) => name.replace(/^(Shift\+)? $/, '$1Space');

/** Names: `j`, `Shift+J`, `Ctrl+K`, `Enter`, `g t`. They work from the moment at which the page shows them. */
export function useKeys(keys: Keys): void {
  const layer = useRef(keys);
  layer.current = keys;
  useLayoutEffect(() => {
    layers.push(layer);
    layersChanged.value++;
    return () => {
      layers.splice(layers.indexOf(layer), 1);
      layersChanged.value++;
    };
  }, []);
}

let first = '';
let firstAt = 0;

addEventListener('keydown', (event) => {
  if (event.isComposing || event.key === 'Process' || event.defaultPrevented) return;
  const name = nameOf(event);
  const pair = first && event.timeStamp - firstAt < 1500 ? `${first} ${name}` : '';
  first = '';
  const key = find(pair) ?? find(name);
  const typing = isTyping(event.target);
  if (!key) {
    if (
      !typing &&
      prefs.value.keys &&
      [...layers].some(({ current }) => Object.keys(current).some((one) => one.startsWith(`${name} `)))
    ) {
      first = name;
      firstAt = event.timeStamp;
    }
    return;
  }
  const single = !/^(Ctrl|Alt|Meta)\+|^(Escape|Enter|Tab|Arrow\w+|Page\w+|Home|End)$/.test(name);
  if (typing && !key.everywhere) return;
  if (single && !prefs.value.keys) return;
  // A control keeps its own keys.
  if (
    (name === 'Enter' || name === ' ') &&
    event.target instanceof Element &&
    event.target.closest('button, a, summary, select')
  )
    return;
  if (document.querySelector('dialog[open]') && !key.everywhere) return;
  event.preventDefault();
  key.run();
});

function find(name: string): Key | undefined {
  if (!name) return undefined;
  return layers.filter(({ current }) => Object.hasOwn(current, name)).at(-1)?.current[name];
}

function nameOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): string {
  const control = ctrlKey || metaKey;
  const letter = key.length === 1 && /[a-z]/i.test(key);
  const name = letter && (shiftKey || control) ? key.toUpperCase() : key;
  const shift = shiftKey && (letter || key.length > 1 || key === ' ');
  return `${control ? 'Ctrl+' : ''}${altKey ? 'Alt+' : ''}${shift ? 'Shift+' : ''}${name}`;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const input =
    target instanceof HTMLInputElement && !/^(checkbox|radio|button|submit|range)$/.test(target.type);
  return (
    input ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    target.isContentEditable
  );
}
