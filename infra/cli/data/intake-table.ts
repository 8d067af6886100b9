/** A table as records of an intake: its columns are fields, `field.member`, or keys that name the person. */

import type { IntakeRecord } from '../../../shared/client/wire/types.ts';
import type { Catalogue } from '../../../shared/contract/office.ts';
import type { Json } from '../../../shared/json.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import type { Line, ListFile } from '../lists/file.ts';
import { namingOf, OWN_KEY } from '../lists/people.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { type Schema, schemaAt, valueIn } from './cell-values.ts';

const { intakeList: t, people: p } = await texts('lists');

/** What a column is: a key of the match, the reference, or a place in a field. */
type Column = { key: string } | { ref: true } | { field: string; members: string[]; schema: Schema };

export interface Fault {
  row: number;
  column: string;
  what: string;
}

export interface Records {
  records: { row: number; record: IntakeRecord }[];
  faults: Fault[];
}

/** @throws UsageError for a column that is no field of the agency, with the nearest name */
export async function recordsIn({ columns, lines }: ListFile, catalogue: Catalogue): Promise<Records> {
  const heads = (columns ?? []).filter((name) => name !== '');
  const of = new Map(heads.map((name) => [name, columnOf(name, heads, catalogue)]));
  const all = [...of.values()];
  if (!all.some((one) => 'field' in one)) throw new UsageError(t.noField);
  if (!all.some((one) => !('field' in one))) throw new UsageError(p.noColumn(keysOf(catalogue).join(', ')));
  const faults: Fault[] = [];
  const records: Records['records'] = [];
  for (const line of lines) {
    const read = await recordIn(line, of);
    faults.push(...read.faults);
    if (read.record) records.push({ row: line.row, record: read.record });
  }
  return { records, faults };
}

function keysOf({ fields }: Catalogue): string[] {
  return namingOf(Object.keys(fields).filter((name) => fields[name]?.matchable));
}

function columnOf(name: string, heads: readonly string[], catalogue: Catalogue): Column {
  if (name === 'ref') return { ref: true };
  if (name === OWN_KEY) return { key: name };
  const { fields, intake } = catalogue;
  const own = new Set(intake.map((one) => one.name));
  // A number that the agency keeps itself is the key unless the row has another one; then it may be corrected.
  const named = heads.includes('ref') || heads.includes(OWN_KEY);
  if (fields[name]?.matchable && !(own.has(name) && named)) return { key: name };
  const [field = '', ...members] = name.split('.');
  const form = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (form && !own.has(field)) throw new UsageError(t.notOwn(field));
  const schema = form?.schema ? schemaAt(form.schema as Schema, members) : null;
  if (schema) return { field, members, schema };
  throw new UsageError(t.unknown(name, nearestOf(name, [...own, ...keysOf(catalogue)])));
}

async function recordIn(
  { row, cells }: Line,
  of: ReadonlyMap<string, Column>,
): Promise<{ record: IntakeRecord | null; faults: Fault[] }> {
  const match: Record<string, string> = {};
  const fields: Record<string, Json> = {};
  const faults: Fault[] = [];
  let ref: string | undefined;
  for (const [name, column] of of) {
    const text = cells[name];
    if (typeof text !== 'string') continue;
    if ('ref' in column) ref = text;
    else if ('key' in column) match[column.key] = text;
    else {
      const { value, fault } = await valueIn(column.schema, text);
      if (fault === null) put(fields, column.field, column.members, value);
      else faults.push({ row, column: name, what: fault });
    }
  }
  const named = ref !== undefined || Object.keys(match).length > 0;
  if (!named) faults.push({ row, column: '', what: p.nobody });
  const subject = Object.keys(match).length > 0 ? { match } : { ref: ref ?? '' };
  return { record: named && Object.keys(fields).length > 0 ? { ...subject, fields } : null, faults };
}

function put(fields: Record<string, Json>, field: string, members: readonly string[], value: Json): void {
  const [member] = members;
  if (member === undefined) fields[field] = value;
  else fields[field] = { ...((fields[field] ?? {}) as object), [member]: value } as Json;
}
