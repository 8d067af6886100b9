import * as v from 'valibot';
import { AnyJson, byName, Cursor, count, Instant, line, Ref } from './common.ts';
import { UsageQuery } from './intake.ts';
import type { RouteContract } from './route.ts';

export const EntriesQuery = v.strictObject({
  from: v.optional(Instant),
  to: v.optional(Instant),
  agency: v.optional(line(64)),
  purpose: v.optional(line(64)),
  ref: v.optional(Ref),
  officer: v.optional(line(128)),
  outcome: v.optional(line(64)),
  kind: v.optional(line(64)),
  cursor: v.optional(Cursor),
  limit: v.optional(count(1000)),
});
export type EntriesQuery = v.InferOutput<typeof EntriesQuery>;

const Entry = byName(AnyJson);
export const EntriesResponse = v.object({
  entries: v.array(Entry),
  cursor: v.optional(v.nullable(v.string())),
});

export const logRoutes: RouteContract[] = [
  {
    method: 'GET',
    path: '/v1/log/entries',
    summary: 'Entries of the decryption log, newest first',
    action: 'audit',
    query: EntriesQuery,
    response: EntriesResponse,
  },
  {
    method: 'GET',
    path: '/v1/log/entries/:id',
    summary: 'One entry with its canonical bytes and leaf hash',
    action: 'audit',
    response: Entry,
  },
  {
    method: 'GET',
    path: '/v1/usage',
    summary: "Who used the fields of the caller's department",
    action: 'intake',
    query: UsageQuery,
    response: EntriesResponse,
  },
];
