/** What the columns of a table are, by the names or the words of the policy. */

import type { Catalogue, CollectionSchema, FieldForm } from '../../../shared/contract/office.ts';
import { grouped } from '../../../shared/grouped.ts';
import type { Json } from '../../../shared/json.ts';
import type { Text } from '../../../shared/language.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import { folded, otherWordsFor } from '../lists/headings.ts';
import { namingOf, OWN_KEY } from '../lists/people.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { headingOf } from './field-words.ts';

const { intakeList: t, people: p } = await texts('lists');

export type Schema = { readonly [keyword: string]: Json };

/** A key of the match, the reference, a place in a field, or a column that only comes back in the result. */
export type Column =
  | { key: string }
  | { ref: true }
  | { field: string; members: string[]; schema: Schema; values: Readonly<Record<string, Text>> }
  | { own: true };

export interface ColumnOptions {
  /** Headings and the names that they stand for. */
  column?: [string, string][];
  /** Headings that are no fields. */
  own?: string[];
}

const OWN = { own: true } as const;

/**
 * By heading: the name of a field, `field.member`, or what the policy calls them in any language.
 * @param all asked for only if a heading is unknown
 * @throws UsageError that names every heading which is no field of the agency
 */
export async function columnsOf(
  heads: readonly string[],
  catalogue: Catalogue,
  { column = [], own = [] }: ColumnOptions,
  all: () => Promise<CollectionSchema>,
): Promise<Map<string, Column>> {
  const words = wordsOf(catalogue);
  const told = new Map(column);
  // A name counts before a word that is written like it.
  const nameOf = (head: string) =>
    told.get(head) ?? (columnOf(head, [], catalogue) ? head : (words.get(folded(head)) ?? head));
  const names = heads.map((head) => (own.includes(head) ? '' : nameOf(head)));
  const found = heads.map((head, at) => {
    if (own.includes(head)) return OWN;
    const known = columnOf(names[at] as string, names, catalogue);
    // What a copy with faults says of its rows, unless the policy has a field of that name.
    return known ?? (head === t.problem && !told.has(head) ? OWN : null);
  });
  // A table without a head has people in its first line, who are not repeated.
  if (!found.some((one) => one && !('own' in one))) throw new UsageError(t.noHead);
  const unknown = heads.filter((_, at) => found[at] === null);
  if (unknown.length > 0) {
    const { fields } = await all();
    const known = [...catalogue.intake.map(({ name }) => name), ...keysOf(catalogue)];
    const said = unknown.map((head) => {
      const name = told.get(head) ?? head;
      const other = Object.entries(fields).find(([one, form]) => one === name || isCalled(form, name));
      return other ? t.notOwn(head, other[1].owners) : t.unknown(head, nearestOf(name, known));
    });
    const untold = unknown.filter((head) => !told.has(head)).slice(0, 1);
    throw new UsageError([...said, ...untold.map(t.sayWhat)].join('\n'));
  }
  const columns = found as Column[];
  if (!columns.some((one) => 'field' in one)) throw new UsageError(t.noField);
  if (!columns.some((one) => 'key' in one || 'ref' in one))
    throw new UsageError(p.noColumn(keysOf(catalogue).join(', ')));
  // A field whole, and a part of it, would each replace the other.
  const twice = names.find(
    (name, at) =>
      !('own' in (columns[at] as Column)) &&
      (names.indexOf(name) < at || names.some((other) => other.startsWith(`${name}.`))),
  );
  if (twice !== undefined) throw new UsageError(t.twoColumns(twice));
  return new Map(heads.map((head, at) => [head, columns[at] as Column]));
}

/** Headings of a table for all that the agency may write, in the language of the command line. */
export function headingsOf(catalogue: Catalogue): string[] {
  const own = catalogue.intake.map(({ name }) => name);
  const keys = keysOf(catalogue).filter((name) => name !== 'ref' && !own.includes(name));
  const { fields } = catalogue;
  const headings = own.flatMap((name) => {
    const members = Object.keys(fields[name]?.members ?? {});
    return members.length > 0
      ? members.map((member) => headingOf(fields, name, member))
      : [headingOf(fields, name)];
  });
  const named = keys.map((name) => (name === OWN_KEY ? p.ownKey : headingOf(fields, name)));
  return [...named, ...headings];
}

const keysOf = ({ fields }: Catalogue) =>
  namingOf(Object.keys(fields).filter((name) => fields[name]?.matchable));

function columnOf(name: string, names: readonly string[], { fields, intake }: Catalogue): Column | null {
  if (name === 'ref') return { ref: true };
  if (name === OWN_KEY) return { key: name };
  const own = new Set(intake.map((one) => one.name));
  // A number that the agency keeps itself is the key unless the row has another one; then it may be corrected.
  const named = names.includes('ref') || names.includes(OWN_KEY);
  if (Object.hasOwn(fields, name) && fields[name]?.matchable && !(own.has(name) && named))
    return { key: name };
  const [field = '', ...members] = name.split('.');
  const form = own.has(field) ? fields[field] : undefined;
  const schema = form?.schema ? schemaAt(form.schema as Schema, members) : null;
  return schema && { field, members, schema, values: form?.values ?? {} };
}

export const isSchema = (value: Json | undefined): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const formsOf = (schema: Schema): Schema[] =>
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

const isCalled = ({ label }: FieldForm, text: string) =>
  Object.values(label).some((one) => folded(one) === folded(text));

/** The names of what may be written, by what the policy calls them, then by usual words. A word of two things is none. */
function wordsOf(catalogue: Catalogue): Map<string, string> {
  const { fields } = catalogue;
  const usual = keysOf(catalogue).flatMap((name) =>
    otherWordsFor(name, Object.hasOwn(fields, name) ? fields[name]?.label : {}).map(
      (word) => [word, name] as const,
    ),
  );
  const own = catalogue.intake.map(({ name }) => name);
  const all = [...new Set([...own, ...keysOf(catalogue)])].flatMap((name) => {
    const { label = {}, members = {} } = (Object.hasOwn(fields, name) ? fields[name] : undefined) ?? {};
    const whole = Object.values(label).map((word) => [folded(word), name] as const);
    if (!own.includes(name)) return whole;
    const inside = Object.entries(members).flatMap(([member, words]) =>
      Object.entries(words).flatMap(([language, word]) => [
        [folded(`${label[language]}.${word}`), `${name}.${member}`] as const,
        [folded(word), `${name}.${member}`] as const,
      ]),
    );
    return [...whole, ...inside];
  });
  const byWord = [...grouped(all, ([word]) => word)].map(([word, pairs]) => {
    const names = [...new Set(pairs.map(([, name]) => name))];
    // What a field is called counts before what a part of another one is called.
    const wholes = names.filter((name) => !name.includes('.'));
    return [word, wholes.length === 1 ? wholes : names] as const;
  });
  const called = byWord.flatMap(([word, [name = '', ...more]]) =>
    more.length === 0 ? [[word, name] as const] : [],
  );
  return new Map([...usual, ...called]);
}
