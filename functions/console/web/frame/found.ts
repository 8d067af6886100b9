/** What the palette finds besides pages: offices, purposes, fields, rules, officers and entries of the log, by code, name and pinyin. */
import type { Page } from '../pages.ts';
import { t } from '../text.ts';
import { type FilterName, valuesOf } from '../ui/filter-values.ts';
import type { Command } from '../ui/palette.tsx';
import { currentKeys } from './keys.ts';
import { go } from './route.ts';

const NAMED = ['agency', 'purpose', 'field', 'rule'] as const satisfies readonly FilterName[];
/** Of each kind. More would say nothing. */
const MOST = 6;
const ENTRY = /^[0-9a-f]{16,}(?:-\d+)*$/;

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

/** @param wanted in lower case. @param actions of the person: an auditor finds their entries, a steward registered offices */
export function foundIn(wanted: string, actions: readonly string[]): Command[] {
  const { log, entry } = t();
  const audits = actions.includes('audit');
  const to = (name: FilterName, value: string, title = value): Command => ({
    ...{ title: `${log.filter[name]}: ${title}`, words: '' },
    run: () => (audits ? go('log', { [name]: value }) : go('agencies', { a: value })),
  });
  if (audits && ENTRY.test(wanted))
    return [{ title: `${entry.title} ${wanted}`, words: '', run: () => go('log', { e: wanted }) }];
  const names = audits ? NAMED : actions.includes('steward') ? NAMED.slice(0, 1) : [];
  const found = names.flatMap((name) =>
    (valuesOf(name) ?? [])
      .filter(({ title, words }) => `${title.toLowerCase()} ${words}`.includes(wanted))
      .slice(0, MOST)
      .map(({ code, title }) => to(name, code, title)),
  );
  // No list has all officers.
  return found.length === 0 && audits ? [to('officer', wanted)] : found;
}
