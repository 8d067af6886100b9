/** What the palette finds besides pages: offices, purposes, fields, rules, officers and entries of the log, by code, name and pinyin. */

import { go } from '../frame/route.ts';
import { t } from '../text.ts';
import { type FilterName, valuesOf } from '../ui/filter-values.ts';
import type { Command } from '../ui/palette.tsx';

const NAMED = ['agency', 'purpose', 'field', 'rule'] as const satisfies readonly FilterName[];
/** Of each kind. More would say nothing. */
const MOST = 6;
const ENTRY = /^[0-9a-f]{32}-\d+-\d+$/;
/** A person's number or telephone, which must not get into an address. */
const NUMBER = /\d{11}/;

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
  return found.length === 0 && audits && !NUMBER.test(wanted.replace(/[\s-]/g, ''))
    ? [to('officer', wanted)]
    : found;
}
