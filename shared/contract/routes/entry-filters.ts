import * as v from 'valibot';
import { line, upTo } from './common.ts';

/** What entries are about, without a person or an officer: counts by these need no entry of their own. */
export const EntryFilters = {
  agency: v.optional(line(64)),
  purpose: v.optional(upTo(8)),
  outcome: v.optional(upTo(8)),
  kind: v.optional(upTo(8)),
  rule: v.optional(line(64)),
  code: v.optional(line(64)),
  field: v.optional(line(64)),
  owner: v.optional(line(64)),
};
