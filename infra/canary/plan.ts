/** What a journey does, in the words of a pack: `sample/smoke.yaml` in its folder. */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { parse } from 'yaml';
import type { Fields } from '../../shared/client/wire/types.ts';

const words = v.array(v.string());
const office = v.strictObject({
  ...{ departments: words, roles: words, areas: words, purposes: words },
  actions: v.array(v.string()),
  institution: v.optional(v.string()),
});
const plan = v.strictObject({
  /** Puts the record in and asks for the field. */
  office,
  /** Reads the entries. */
  auditor: office,
  match: v.record(v.string(), v.string()),
  fields: v.record(v.string(), v.any()),
  ask: v.strictObject({ purpose: v.string(), field: v.string(), reason: v.string() }),
  /** How the record is erased at the end: another line orders it, by these fields of its own and an instrument. The canary erases nothing. */
  erasure: v.optional(
    v.strictObject({ office, fields: v.record(v.string(), v.any()), instrument: v.string() }),
  ),
});

export type Office = v.InferOutput<typeof office>;
export type Plan = Omit<v.InferOutput<typeof plan>, 'fields'> & { fields: Fields };

/** @throws Error naming the place of the first fault */
export function readPlan(file: string): Plan {
  const read = v.safeParse(plan, parse(readFileSync(file, 'utf8')));
  if (read.success) return read.output as Plan;
  const [{ message, path = [] }] = read.issues;
  throw new Error(`${file}: ${path.map(({ key }) => String(key)).join('.')}: ${message}`);
}
