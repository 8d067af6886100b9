import type { CollectionSchema, FieldForm } from '../../../shared/contract/office.ts';
import { stewardRoutes } from '../../../shared/contract/routes/steward.ts';
import type { Json } from '../../../shared/json.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import type { Command } from '../command.ts';
import { open, print } from '../common.ts';
import { inWords, listed } from '../derive/derive.ts';
import { label } from '../messages/labels.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { paint, pairs } from '../terminal/table.ts';

const { fields: t } = await texts('data');

/** `fieldgate fields [name]` */
export function registerFields(program: Command): void {
  program
    .command('fields')
    .argument('[name]', t.name)
    .option('--purpose <code>', t.purpose)
    .runs<{ purpose?: string }>(async (options, name: string | undefined) => {
      const { gate } = await open(options, options.purpose);
      const schema = await gate.schema();
      if (name === undefined) return print(options, schema, () => allInWords(schema));
      const field = Object.hasOwn(schema.fields, name) ? schema.fields[name] : undefined;
      if (!field) throw new UsageError(t.unknown(nearestOf(name, Object.keys(schema.fields))));
      print(options, { name, ...field }, () => fieldInWords(name, field));
    });
}

/** `fieldgate types` */
export function registerTypes(program: Command): void {
  program
    .command('types')
    .option('--purpose <code>', t.purpose)
    .addHelpText('after', t.typesHelp)
    .runs<{ purpose?: string }>(async (options) => {
      const { gate } = await open(options, options.purpose);
      const schema = await gate.schema();
      print(options, schema, () => declarationsOf(schema));
    });
}

const SCHEMA = stewardRoutes.readCollectionSchema;

function allInWords({ fields, policy }: CollectionSchema): string {
  const rows = Object.entries(fields).map(([name, { schema, ...field }]) => ({
    ...{ '': name, ...field },
    schema: schema === null ? t.computed : exampleOf(schema),
  }));
  return [
    pairs([[label('policy'), policy.version]]),
    `\n${listed(SCHEMA, 'fields', rows, ['', 'label', 'owners', 'matchable', 'schema'])}`,
    paint('gray', t.next, process.stdout),
  ].join('');
}

function fieldInWords(name: string, { schema, ...field }: FieldForm): string {
  const examples = schema && Array.isArray(schema['examples']) ? schema['examples'] : [];
  return [
    pairs([
      [label('field'), name],
      [t.type, schema === null ? t.computed : typeOf(schema)],
    ]),
    inWords(SCHEMA, field, 'fields'),
    ...examples.map((one) => `\n${t.example}  ${JSON.stringify(one)}`),
    schema === null ? '' : `\n${JSON.stringify(schema, null, 2)}\n`,
  ].join('');
}

function exampleOf(schema: NonNullable<FieldForm['schema']>): string {
  const { examples } = schema;
  return Array.isArray(examples) && examples.length > 0 ? JSON.stringify(examples[0]) : typeOf(schema);
}

/** A field's JSON Schema in TypeScript: exact where a type can say it, with the rest as a comment. */
type Schema = { readonly [keyword: string]: Json };

const isSchema = (value: Json | undefined): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param indent spaces before the members; without it the type is one line */
function typeOf(schema: Schema, indent?: string): string {
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
function declarationsOf({ collection, policy, properties }: CollectionSchema): string {
  const all = typeOf({ type: 'object', properties }, '');
  return `// Made by \`fieldgate types\` from the policy ${policy.version} (${policy.hash.slice(0, 12)}…) of the collection ${collection}.

/** The stored fields of a person, as a release shows them plain. Masked and generalised fields are text. */
interface Fields ${all}

type FieldName = keyof Fields;

/** The fields of a record of an intake; \`null\` deletes a field. */
type WrittenFields = { [Name in FieldName]?: Fields[Name] | null };
`;
}
