/** The fields of a pack as JSON Schema 2020-12: what intake takes, and what is released plain. It says nothing of any person. */

import type { Text } from '../../language.ts';
import { examplesOf, type FieldSchema, jsonSchemaOf } from '../check/form.ts';
import type { FieldDef, Pack } from '../pack/pack.ts';

/** `null` for a field that is computed and never stored. */
export function fieldSchema(pack: Pack, { label, shape }: FieldDef): FieldSchema | null {
  if (!shape) return null;
  const examples = examplesOf(shape);
  return {
    title: label[pack.languages[0] ?? ''] ?? '',
    ...jsonSchemaOf(shape),
    ...(examples.length > 0 && { examples }),
  };
}

/** Of all stored fields of a person. Each may be left out. */
export function recordSchema(pack: Pack): FieldSchema {
  const stored = [...pack.fields.values()].flatMap((field) => {
    const schema = fieldSchema(pack, field);
    return schema === null ? [] : [[field.name, schema] as const];
  });
  return { type: 'object', properties: Object.fromEntries(stored), additionalProperties: false };
}

/** As `recordSchema`, for intake, which deletes a field by `null`. */
export function writtenSchema(pack: Pack): FieldSchema {
  const { properties, ...rest } = recordSchema(pack) as { properties: Record<string, FieldSchema> };
  const nullable = Object.entries(properties).map(([name, schema]) => [
    name,
    { anyOf: [schema, { type: 'null' }] },
  ]);
  return { ...rest, properties: Object.fromEntries(nullable), minProperties: 1 };
}

/** The words of its codes, and of the coarser values that some purpose shows in their place. */
function wordsOf(pack: Pack, field: string): Readonly<Record<string, Text>> {
  const ways = new Set([...pack.purposes.values()].map(({ cells }) => cells.get(field)?.how ?? ''));
  const coarser = [...ways].map((name) => pack.generalisations.get(name));
  return Object.assign(
    {},
    ...coarser.map((one) => (one && 'says' in one ? one.says : {})),
    pack.words?.values[field],
  );
}

/** The pack's words for the members of a field's records, also of those in a list. */
function membersOf(pack: Pack, schema: FieldSchema | null): Record<string, Text> {
  const words = pack.words?.members ?? {};
  const namesIn = (form: FieldSchema | null): string[] => {
    const { properties = {}, items, anyOf = [] } = (form ?? {}) as Record<string, unknown> as Parts;
    const inside = [...Object.values(properties), ...anyOf, ...(items ? [items] : [])];
    return [...Object.keys(properties), ...inside.flatMap(namesIn)];
  };
  return Object.fromEntries(
    namesIn(schema).flatMap((name) => (Object.hasOwn(words, name) ? [[name, words[name] as Text]] : [])),
  );
}

interface Parts {
  properties?: Record<string, FieldSchema>;
  items?: FieldSchema;
  anyOf?: FieldSchema[];
}

/** What a reader needs with the schema: the words of members and closed values, and the checks that flag a value at intake. */
export function fieldForm(pack: Pack, field: FieldDef) {
  const values = wordsOf(pack, field.name);
  const schema = fieldSchema(pack, field);
  const members = membersOf(pack, schema);
  return {
    label: field.label,
    level: field.level,
    owners: field.owners,
    matchable: field.matchable,
    schema,
    ...(Object.keys(members).length > 0 && { members }),
    ...(Object.keys(values).length > 0 && { values }),
    checks: field.checks.map(({ code }) => code),
  };
}
