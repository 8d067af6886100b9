/** Text of a cell as a value of a field's JSON Schema. */

import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Json } from '../../../shared/json.ts';
import { texts } from '../messages/language.ts';

const { intakeList: t } = await texts('lists');

export type Schema = { readonly [keyword: string]: Json };

const isSchema = (value: Json | undefined): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const formsOf = (schema: Schema): Schema[] =>
  Array.isArray(schema['anyOf']) ? schema['anyOf'].filter(isSchema) : [schema];

/** The schema of a member of an object; `null` if it has none. */
export function schemaAt(schema: Schema, [member, ...rest]: readonly string[]): Schema | null {
  if (member === undefined) return schema;
  if (rest.length > 0) return null;
  for (const { properties } of formsOf(schema)) {
    const one = isSchema(properties) && Object.hasOwn(properties, member) ? properties[member] : undefined;
    if (isSchema(one)) return one;
  }
  return null;
}

/** @returns the value, or in words what is wrong with it, without repeating it */
export async function valueIn(schema: Schema, text: string): Promise<{ value: Json; fault: string | null }> {
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
  switch (keyword) {
    case 'type':
      return t.form.type(String(params['type']));
    case 'enum':
      return t.form.oneOf((params['allowedValues'] as unknown[]).slice(0, 12).join(', '));
    case 'required':
      return t.form.missing(String(params['missingProperty']));
    case 'additionalProperties':
      return t.form.unknown(String(params['additionalProperty']));
    case 'format':
      return schema === 'date' || params['format'] === 'date' ? t.form.date : t.form.other;
    case 'maxLength':
      return t.form.longest(limit);
    case 'maxItems':
      return t.form.most(limit);
    case 'minimum':
      return t.form.least(limit);
    case 'maximum':
      return t.form.greatest(limit);
    default:
      return t.form.other;
  }
}
