/** The filters of the log, and their values, found by code, by name in any language of the policy, and by pinyin initials. */

import { KINDS, OUTCOMES } from '../../../../shared/entry-kinds.ts';
import type { Text } from '../../../../shared/language.ts';
import { initialsOf } from '../frame/initials.ts';
import { offices, policy } from '../gateway/reference.ts';
import { label, t } from '../text.ts';

export const FILTERS = [
  'from',
  'to',
  'agency',
  'purpose',
  'officer',
  'kind',
  'outcome',
  'rule',
  'field',
  'subject',
  'about',
  'owner',
  'reviewed',
  'ref',
] as const;
export type FilterName = (typeof FILTERS)[number];

/** Filters of which an entry may have one of several values, and the most that a query takes. */
const SEVERAL: ReadonlySet<string> = new Set(['purpose', 'kind', 'outcome']);
const MOST = 8;

/** What a query has of a filter, one by one. */
export function chosen(query: URLSearchParams, name: FilterName): string[] {
  const text = query.get(name);
  return text === null || text === '' ? [] : SEVERAL.has(name) ? text.split(',').filter(Boolean) : [text];
}

/** Whether the query takes another value of a filter. */
export const takesMore = (query: URLSearchParams, name: FilterName): boolean =>
  chosen(query, name).length < (SEVERAL.has(name) ? MOST : 1);

/** The filter with one value more, or with one less. */
export const withValue = (query: URLSearchParams, name: FilterName, value: string): string =>
  SEVERAL.has(name) ? [...new Set([...chosen(query, name), value])].join(',') : value;

export const withoutValue = (query: URLSearchParams, name: FilterName, value: string): string | undefined =>
  chosen(query, name)
    .filter((one) => one !== value)
    .join(',') || undefined;

export interface FilterValue {
  code: string;
  title: string;
  words: string;
}

/** @returns `null` for a filter of any text */
export function valuesOf(name: FilterName): FilterValue[] | null {
  const { log } = t();
  const { purposes, prohibited, fields, departments, rules } = policy.value ?? {};
  const labels = (all: Record<string, { label?: Text | undefined }>) =>
    Object.entries(all).map(([code, one]) => filterValue(code, one.label));
  if (name === 'agency') return [...offices.value.values()].map((one) => filterValue(one.clientId, one.name));
  if (name === 'purpose') return labels({ ...purposes, ...prohibited });
  if (name === 'field') return labels({ ...fields });
  if (name === 'owner') return labels({ ...departments });
  if (name === 'rule') return Object.entries(rules ?? {}).map(([code, text]) => filterValue(code, text));
  if (name === 'kind') return KINDS.map((one) => filterValue(one, log.kinds[one]));
  if (name === 'outcome') return OUTCOMES.map((one) => filterValue(one, log.outcomes[one]));
  if (name !== 'reviewed') return null;
  return Object.entries(log.reviewed).map(([code, text]) => filterValue(code, text));
}

/** The filters that may be added. */
export const namesOf = (names: readonly FilterName[]) =>
  names.map((name) => filterValue(name, t().log.filter[name]));

function filterValue(code: string, text: Text | string | undefined): FilterValue {
  const names = typeof text === 'string' ? [text] : Object.values(text ?? {});
  const title = typeof text === 'string' ? text : `${code} ${label({ label: text })}`;
  return { code, title, words: [code, ...names, ...names.map(initialsOf)].join(' ').toLowerCase() };
}
