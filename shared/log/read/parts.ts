import type { Entry } from '../entry/entry.ts';

/** Filters without an index key: each entry of the span is read. */
export interface PartFilter {
  rule?: string;
  code?: string;
  /** A field that was released or withheld. */
  field?: string;
  /** The programme of a verification. */
  programme?: string;
  officerBy?: string;
  /** Whether the caller signed the request as a whole. */
  evidence?: string;
  /** The key that wrote the entry, by its id. */
  writer?: string;
}

/** Members of an entry, and of its handler. */
const PARTS = ['rule', 'code', 'programme', 'writer', 'officerBy', 'evidence'] as const;

/** Whether the entry contains what the filter names. */
export function hasParts(entry: Entry, { field, ...filter }: PartFilter): boolean {
  const { fields = {}, withheld = {}, handler } = entry;
  const own: Record<string, unknown> = { ...entry, ...handler };
  if (PARTS.some((name) => filter[name] !== undefined && filter[name] !== own[name])) return false;
  if (field === undefined) return true;
  return Object.values(fields).some((one) => Object.hasOwn(one, field)) || Object.hasOwn(withheld, field);
}
