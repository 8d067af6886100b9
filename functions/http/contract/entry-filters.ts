import * as v from 'valibot';
import { line } from './common.ts';

/** What entries are about, without a person or an officer: counts by these need no entry of their own. */
export const EntryFilters = {
  agency: v.optional(line(64)),
  purpose: v.optional(line(64)),
  outcome: v.optional(line(64)),
  kind: v.optional(line(64)),
  rule: v.optional(line(64)),
  code: v.optional(line(64)),
  field: v.optional(line(64)),
  /** Department that owns data of the entry. */
  owner: v.optional(line(64)),
};
