/** The pages, who they are for, and the key that leads to each. */
import type { ComponentType } from 'preact';
import type { Messages } from './text.ts';

export type PageName = keyof Messages['pages'];

export interface Page {
  name: PageName;
  /** Pressed after `g`. */
  key: string;
  /** Actions of which a person needs one; `null`: everybody. */
  actions: readonly string[] | null;
  /** Initials of the name in pinyin, for the palette. */
  pinyin: string;
  load(): Promise<ComponentType>;
}

const AUDIT = ['audit'];
const CLERK = ['casework'];
const ALL_THREE = ['audit', 'casework', 'steward'];

export const PAGES: readonly Page[] = [
  {
    name: 'settings',
    key: ',',
    actions: null,
    pinyin: 'sz',
    load: () => import('./pages/settings.tsx').then((m) => m.Settings),
  },
];

export function pagesFor(actions: readonly string[]): Page[] {
  return PAGES.filter((page) => page.actions === null || page.actions.some((one) => actions.includes(one)));
}

export { ALL_THREE, AUDIT, CLERK };
