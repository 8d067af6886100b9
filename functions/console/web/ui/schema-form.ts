/** A form from the JSON Schema of a request, and the request that its values make. */

import { instantOf, t } from '../text.ts';
import { type Field, reasonField } from './act.tsx';
import { subjectOf, subjectsOf, whomFields, wordsIn } from './whom.ts';

/** The part of JSON Schema that the contract's document uses. */
export interface Schema {
  type?: string;
  description?: string;
  enum?: readonly unknown[];
  const?: unknown;
  maxLength?: number;
  pattern?: string;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
}

/** One value of the request: where it stands, and what it may be. */
export interface Place {
  /** Names from the outside in, such as `body`, `context`, `case`. */
  path: readonly string[];
  schema: Schema;
  optional: boolean;
}

/** A long text from so many characters on. */
const LONG = 300;

const isPerson = ({ properties = {} }: Schema) => 'ref' in properties && 'match' in properties;

/** The values of a schema. Those of an object within are places of their own; who acts is known. */
export function placesOf(schema: Schema, path: readonly string[], optional = false): Place[] {
  if (schema.properties === undefined || isPerson(schema)) return [{ path, schema, optional }];
  return Object.entries(schema.properties)
    .filter(([name]) => !(path.length === 1 && name === 'officer'))
    .flatMap(([name, member]) =>
      placesOf(member, [...path, name], optional || !schema.required?.includes(name)),
    );
}

const nameOf = ({ path }: Place) => path.join('.');
const faultPathOf = ({ path }: Place) => `/${path.slice(1).join('/')}`;

export function fieldsOf(place: Place): Field[] {
  const { schema, optional, path } = place;
  const label = schema.description ?? path.at(-1) ?? '';
  const about = { name: nameOf(place), optional, path: faultPathOf(place) };
  if (path.length === 2 && path[1] === 'reason')
    return [{ ...reasonField(), ...about, label: t().act.reason }];
  if (isPerson(schema)) {
    const [by, value] = whomFields();
    return [
      { ...by, name: `${about.name}:by` },
      { ...value, ...about },
    ];
  }
  if (schema.items && isPerson(schema.items))
    return [
      { ...whomFields()[0], name: `${about.name}:by` },
      { ...about, label: t().incidents.values, long: true },
    ];
  const options = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  const words = schema.type === 'boolean' ? ['true', 'false'] : options?.map(String);
  if (words) return [{ ...about, label, options: words.map((one) => [one, one]) }];
  if (isInstant(schema)) return [{ ...about, label, type: 'datetime-local' }];
  if (path.at(-1) === 'evidence') return [{ ...about, label, hint: t().consents.scanHint, type: 'digest' }];
  if (schema.type === 'string') return [{ ...about, label, long: (schema.maxLength ?? 0) >= LONG }];
  if (schema.type === 'number' || schema.type === 'integer' || isWords(schema)) return [{ ...about, label }];
  return [{ ...about, label, hint: 'JSON', long: true, check: faultOf }];
}

const isInstant = ({ pattern }: Schema) => pattern?.includes('T') === true && pattern.endsWith('Z$');

const isWords = ({ items }: Schema) => items?.type === 'string';

function faultOf(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch {
    return t().policyPage.notJson;
  }
}

function partOf(place: Place, values: Readonly<Record<string, string>>): unknown {
  const { schema } = place;
  const text = values[nameOf(place)]?.trim();
  if (text === undefined || text === '') return undefined;
  const by = values[`${nameOf(place)}:by`];
  if (isPerson(schema)) return subjectOf({ ...(by && { by }), value: text });
  if (schema.items && isPerson(schema.items)) return subjectsOf(text, by);
  if (isWords(schema)) return wordsIn(text.replaceAll('\n', ','));
  if (isInstant(schema)) return instantOf(text);
  return schema.type === 'string' || schema.enum ? text : JSON.parse(text);
}

/** The members of a call: path parameters by their names, `query` and `body`. */
export function askOf(places: readonly Place[], values: Readonly<Record<string, string>>): object {
  const ask: Record<string, unknown> = Object.create(null);
  for (const place of places) {
    const value = partOf(place, values);
    if (value === undefined) continue;
    let at = ask;
    for (const name of place.path.slice(0, -1)) {
      at[name] ??= Object.create(null);
      at = at[name] as Record<string, unknown>;
    }
    at[place.path.at(-1) ?? ''] = value;
  }
  return ask;
}
