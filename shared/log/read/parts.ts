import type { Entry } from '../entry/entry.ts';

/** Filters without an index key: each entry of the span is read. */
export interface PartFilter {
  rule?: string;
  code?: string;
  /** A field that was released or withheld. */
  field?: string;
}

/** Whether the entry contains what the filter names. */
export function hasParts(entry: Entry, { rule, code, field }: PartFilter): boolean {
  if (rule !== undefined && entry.rule !== rule) return false;
  if (code !== undefined && entry.code !== code) return false;
  if (field === undefined) return true;
  const { fields = {}, withheld = {} } = entry;
  return Object.values(fields).some((own) => Object.hasOwn(own, field)) || Object.hasOwn(withheld, field);
}
