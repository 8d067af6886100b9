/** A table as records of an intake: its columns are fields, `field.member`, or keys that name the person. */

import type { ErrorObject } from 'ajv/dist/2020.js';
import type { IntakeRecord } from '../../../shared/client/wire/types.ts';
import type { Json } from '../../../shared/json.ts';
import type { Text } from '../../../shared/language.ts';
import type { Line } from '../lists/file.ts';
import { isShortened } from '../lists/people.ts';
import { texts } from '../messages/language.ts';
import { type Column, formsOf, isSchema, type Schema } from './intake-columns.ts';

const { intakeList: t, people: p } = await texts('lists');

export interface Fault {
  row: number;
  /** The heading. */
  column: string;
  what: string;
}

export interface Records {
  records: { row: number; record: IntakeRecord }[];
  faults: Fault[];
}

/** A row with a faulty cell has a record of its other cells, of which the gateway can say what is wrong, too. */
export async function recordsIn(lines: readonly Line[], of: ReadonlyMap<string, Column>): Promise<Records> {
  const faults: Fault[] = [];
  const records: Records['records'] = [];
  for (const line of lines) {
    const read = await recordIn(line, of);
    faults.push(...read.faults);
    if (read.record) records.push({ row: line.row, record: read.record });
  }
  return { records, faults };
}

async function recordIn(
  { row, cells, beyond }: Line,
  of: ReadonlyMap<string, Column>,
): Promise<{ record: IntakeRecord | null; faults: Fault[] }> {
  const match: Record<string, string> = {};
  const fields: Record<string, Json> = {};
  const faults: Fault[] = [];
  let ref: string | undefined;
  if (beyond !== undefined) faults.push({ row, column: '', what: t.beyond(beyond) });
  for (const [name, column] of of) {
    const text = cells[name];
    if (typeof text !== 'string' || 'own' in column) continue;
    if ('ref' in column) ref = text;
    else if ('key' in column) {
      if (isShortened(text)) faults.push({ row, column: name, what: p.digitsLost });
      else match[column.key] = text;
    } else {
      const { value, fault } = await valueIn(column.schema, text, column.values);
      if (fault === null) put(fields, column.field, column.members, value);
      else faults.push({ row, column: name, what: fault });
    }
  }
  const named = ref !== undefined || Object.keys(match).length > 0;
  if (!named && faults.length === 0) faults.push({ row, column: '', what: p.nobody });
  const subject = Object.keys(match).length > 0 ? { match } : { ref: ref ?? '' };
  return { record: named && Object.keys(fields).length > 0 ? { ...subject, fields } : null, faults };
}

function put(fields: Record<string, Json>, field: string, members: readonly string[], value: Json): void {
  const [member] = members;
  if (member === undefined) fields[field] = value;
  else fields[field] = { ...((fields[field] ?? {}) as object), [member]: value } as Json;
}

/* Text of a cell as a value of a field's JSON Schema. */

/** What is left of a letter that a program could not read, and control characters other than line breaks and tabs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no text of a form contains
const LOST = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/;
/** A formula, an error of a formula, or the word of an export for "no value". */
const OF_SPREADSHEET = /^(=[^=]|NULL$|#(N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!)$)/;

/** @returns the value, or in words what is wrong with it, without repeating it */
async function valueIn(
  schema: Schema,
  text: string,
  words: Words,
): Promise<{ value: Json; fault: string | null }> {
  if (LOST.test(text)) return { value: null, fault: t.form.lost };
  if (OF_SPREADSHEET.test(text)) return { value: null, fault: t.form.ofSpreadsheet };
  let first: string | null = null;
  for (const form of formsOf(schema)) {
    const value = readAs(form, text, words);
    const fault = value === undefined ? wrongType(form) : await faultOf(form, value);
    if (value !== undefined && fault === null) return { value, fault };
    first ??= fault;
  }
  return { value: null, fault: first ?? t.form.other };
}

type Words = Readonly<Record<string, Text>>;

function readAs({ type, format, enum: values, items }: Schema, text: string, words: Words): Json | undefined {
  if (Array.isArray(values)) {
    const called = (code: Json) => Object.values(words[String(code)] ?? {}).includes(text);
    return values.find((one) => String(one) === text) ?? values.find(called) ?? text;
  }
  if (type === 'string') return format === 'date' ? dayOf(text) : text;
  if (type === 'boolean') return YES.test(text) ? true : NO.test(text) ? false : undefined;
  if (type === 'integer' || type === 'number')
    return /^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
  if (type === 'array' && !text.startsWith('[')) {
    const parts = text
      .split(/[;；]/)
      .map((part) => (isSchema(items) ? readAs(items, part.trim(), words) : part.trim()));
    return parts.some((part) => part === undefined) ? undefined : (parts as Json[]);
  }
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const YES = /^(true|yes|是)$/i;
const NO = /^(false|no|否)$/i;

/** `2014/5/6` and `2014年5月6日`, which a spreadsheet shows, as `2014-05-06`. */
function dayOf(text: string): string {
  const [, year, month = '', day = ''] =
    /^(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?$/.exec(text) ?? [];
  return year === undefined ? text : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
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
