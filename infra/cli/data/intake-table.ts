/** A table as records of an intake: its columns are fields, `field.member`, or keys that name the person. */

import type { ErrorObject } from 'ajv/dist/2020.js';
import type { IntakeRecord } from '../../../shared/client/wire/types.ts';
import type { Catalogue } from '../../../shared/contract/office.ts';
import type { Json } from '../../../shared/json.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import type { Line, ListFile } from '../lists/file.ts';
import { namingOf, OWN_KEY } from '../lists/people.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

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

/** Text of a cell as a value of a field's JSON Schema. */
type Schema = { readonly [keyword: string]: Json };

const isSchema = (value: Json | undefined): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const formsOf = (schema: Schema): Schema[] =>
  Array.isArray(schema['anyOf']) ? schema['anyOf'].filter(isSchema) : [schema];

/** The schema of a member of an object; `null` if it has none. */
function schemaAt(schema: Schema, [member, ...rest]: readonly string[]): Schema | null {
  if (member === undefined) return schema;
  if (rest.length > 0) return null;
  for (const { properties } of formsOf(schema)) {
    const one = isSchema(properties) && Object.hasOwn(properties, member) ? properties[member] : undefined;
    if (isSchema(one)) return one;
  }
  return null;
}

/** @returns the value, or in words what is wrong with it, without repeating it */
async function valueIn(schema: Schema, text: string): Promise<{ value: Json; fault: string | null }> {
  let first: string | null = null;
  for (const form of formsOf(schema)) {
    const value = readAs(form, text);
    const fault = value === undefined ? wrongType(form) : await faultOf(form, value);
    if (value !== undefined && fault === null) return { value, fault };
    first ??= fault;
  }
  return { value: null, fault: first ?? t.form.other };
}

function readAs({ type, enum: values, items }: Schema, text: string): Json | undefined {
  if (Array.isArray(values)) return values.find((one) => String(one) === text) ?? text;
  if (type === 'string') return text;
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  if (type === 'integer' || type === 'number')
    return /^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
  if (type === 'array' && !text.startsWith('[')) {
    const parts = text
      .split(/[;；]/)
      .map((part) => (isSchema(items) ? readAs(items, part.trim()) : part.trim()));
    return parts.some((part) => part === undefined) ? undefined : (parts as Json[]);
  }
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const wrongType = ({ type }: Schema) =>
  type === 'object' || type === 'array' ? t.form.json : t.form.type(String(type));

type Check = ((value: unknown) => boolean) & { errors?: ErrorObject[] | null };
const checks = new Map<Schema, Check>();

async function faultOf(schema: Schema, value: Json): Promise<string | null> {
  const check = checks.get(schema) ?? (await checkFor(schema));
  checks.set(schema, check);
  return check(value) ? null : inWords(check.errors?.[0]);
}

/** Loaded once a table is read. */
async function checkFor(schema: Schema): Promise<Check> {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const ajv = new Ajv2020({ strict: false, formats: { date: isDate } });
  return ajv.compile(schema) as Check;
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;
}

function inWords(error: ErrorObject | undefined): string {
  const { keyword = '', params = {}, instancePath = '', schema } = error ?? {};
  const at = instancePath === '' ? '' : `${instancePath.slice(1).replaceAll('/', '.')} `;
  return at + faultInWords(keyword, params, schema);
}

function faultInWords(keyword: string, params: Readonly<Record<string, unknown>>, schema: unknown): string {
  const limit = Number(params['limit']);
  const said: Readonly<Record<string, () => string>> = {
    type: () => t.form.type(String(params['type'])),
    enum: () => t.form.oneOf((params['allowedValues'] as unknown[]).slice(0, 12).join(', ')),
    required: () => t.form.missing(String(params['missingProperty'])),
    additionalProperties: () => t.form.unknown(String(params['additionalProperty'])),
    format: () => (schema === 'date' || params['format'] === 'date' ? t.form.date : t.form.other),
    maxLength: () => t.form.longest(limit),
    maxItems: () => t.form.most(limit),
    minimum: () => t.form.least(limit),
    maximum: () => t.form.greatest(limit),
  };
  return (said[keyword] ?? (() => t.form.other))();
}
