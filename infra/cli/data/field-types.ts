/** A field's JSON Schema in TypeScript: exact where a type can say it, with the rest as a comment. */
import type { CollectionSchema } from '../../../shared/contract/office.ts';
import type { Json } from '../../../shared/json.ts';

type Schema = { readonly [keyword: string]: Json };

const isSchema = (value: Json | undefined): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param indent spaces before the members; without it the type is one line */
export function typeOf(schema: Schema, indent?: string): string {
  const { enum: values, anyOf, type, items } = schema;
  if (Array.isArray(values)) return values.map((one) => JSON.stringify(one)).join(' | ');
  if (Array.isArray(anyOf))
    return [...new Set(anyOf.filter(isSchema).map((one) => typeOf(one, indent)))].join(' | ');
  if (type === 'array') {
    const item = isSchema(items) ? typeOf(items, indent) : 'unknown';
    return item.includes(' | ') ? `(${item})[]` : `${item}[]`;
  }
  if (type === 'object') return membersOf(schema, indent);
  return type === 'integer' ? 'number' : typeof type === 'string' ? type : 'unknown';
}

function membersOf({ properties, required = [] }: Schema, indent?: string): string {
  const members = Object.entries(isSchema(properties) ? properties : {}).filter(
    (entry): entry is [string, Schema] => isSchema(entry[1]),
  );
  const needed = (name: string) => Array.isArray(required) && required.includes(name);
  if (indent === undefined)
    return `{ ${members.map(([name, one]) => `${name}${needed(name) ? '' : '?'}: ${typeOf(one)}`).join('; ')} }`;
  const inner = `${indent}  `;
  const lines = members.map(
    ([name, one]) =>
      `${commentOf(one, inner)}${inner}${name}${needed(name) ? '' : '?'}: ${typeOf(one, inner)};\n`,
  );
  return `{\n${lines.join('')}${indent}}`;
}

/** What a type cannot say: pattern, length, limits. */
function commentOf(schema: Schema, indent: string): string {
  const { title, pattern, maxLength, minimum, maximum, maxItems, format, examples } = schema;
  const parts = [
    title,
    format === undefined ? null : `format ${format}`,
    pattern === undefined ? null : `/${pattern}/u`,
    maxLength === undefined ? null : `at most ${maxLength} characters`,
    minimum === undefined ? null : `${minimum} to ${maximum}`,
    maxItems === undefined ? null : `at most ${maxItems}`,
    Array.isArray(examples) ? `such as ${examples.map((one) => JSON.stringify(one)).join(' or ')}` : null,
  ].filter((part) => typeof part === 'string');
  return parts.length === 0 ? '' : `${indent}/** ${parts.join('; ').replaceAll('*/', '*\\/')} */\n`;
}

/** A module of declarations: `Fields` for what is read, `WrittenFields` for intake. */
export function declarationsOf({ collection, policy, properties }: CollectionSchema): string {
  const all = typeOf({ type: 'object', properties }, '');
  return `// Made by \`fieldgate types\` from the policy ${policy.version} (${policy.hash.slice(0, 12)}…) of the collection ${collection}.

/** The stored fields of a person, as a release shows them plain. Masked and generalised fields are text. */
export interface Fields ${all}

export type FieldName = keyof Fields;

/** The fields of a record of an intake; \`null\` deletes a field. */
export type WrittenFields = { [Name in FieldName]?: Fields[Name] | null };
`;
}
