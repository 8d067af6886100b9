import { currentKeys } from './frame/keys.ts';
import { go } from './frame/route.ts';
import type { Page } from './pages.ts';
import { t } from './text.ts';
import type { Command } from './ui/palette.tsx';

/** Pages, and what the keys of the page do. */
export function commandsOf(mine: readonly Page[]): Command[] {
  const { pages } = t();
  const goTo = mine.map((page) => ({
    title: pages[page.name],
    words: `${page.name} ${page.pinyin}`,
    kbd: `g ${page.key}`,
    run: () => go(page.name, page.opens),
  }));
  const acts = currentKeys()
    .filter(([name, { label }]) => !name.startsWith('g ') && name !== 'Ctrl+K' && label !== '')
    .map(([kbd, { label, run }]) => ({ title: label, words: '', kbd, run }));
  return [...goTo, ...acts];
}
