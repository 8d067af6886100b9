/**
 * Makes the operations of the Python and the Java client, with the types of what they take and answer, out of the
 * OpenAPI document of a gateway: `node clients/derive.ts openapi.json`. What is written leaves git.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPEATABLE } from '../shared/client/ask.ts';
import { java } from './java/derive.ts';
import { python } from './python/derive.ts';

interface Schema {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  description?: string;
}
interface Operation {
  operationId: string;
  summary: string;
  security: object[];
  'x-fieldgate-actions'?: string[];
  parameters?: { name: string; in: string; required?: boolean; schema: Schema; description: string }[];
  requestBody?: { required: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

/** The type of a value, apart from any language. */
export type Type =
  | { is: 'text' | 'whole' | 'number' | 'flag' | 'any' }
  | { is: 'list' | 'map'; of: Type }
  | { is: 'object'; name: string };

export interface Member {
  name: string;
  type: Type;
  required: boolean;
  description: string;
}

/** A kind of object; those that it names stand before it. */
export interface Kind {
  name: string;
  members: Member[];
}

export interface Verb {
  name: string;
  summary: string;
  method: string;
  /** As in the document, such as `/v1/cases/{id}`. */
  path: string;
  ids: string[];
  query: Member[];
  body: { type: Type; required: boolean } | null;
  keyed: boolean;
  repeatable: boolean;
  actions: string[];
  answer: Type;
}

/** Verbs with more to them than asking, which the clients have by hand. */
const BY_HAND = new Set([
  ...['releaseFields', 'verifyEligibility', 'writeRecords'],
  ...['submitList', 'putListRows', 'readListResults', 'rotateOwnKeys'],
]);

const kinds = new Map<string, Kind>();
const nameOf = new Map<string, string>();
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** @param name what an object of this schema is called, if its shape is new; `within` comes before it if the name is taken */
function typeOf(schema: Schema, name: string, within: string): Type {
  const choices = (schema.anyOf ?? schema.oneOf)?.filter(({ type }) => type !== 'null');
  if (choices?.length === 1) return typeOf(choices[0] as Schema, name, within);
  if (choices?.every(({ properties }) => properties)) return typeOf(joined(choices), name, within);
  if (schema.type === 'array')
    return {
      is: 'list',
      of: typeOf(schema.items ?? {}, name.replace(/ies$/, 'y').replace(/s$/, ''), within),
    };
  if (schema.properties) return objectOf(schema, name, within);
  if (typeof schema.additionalProperties === 'object')
    return { is: 'map', of: typeOf(schema.additionalProperties, name.replace(/s$/, ''), within) };
  const plain = { string: 'text', integer: 'whole', number: 'number', boolean: 'flag' } as const;
  const type = schema.const === undefined ? schema.type : typeof schema.const;
  const listed = schema.enum?.every((one) => typeof one === 'string') ? 'string' : type;
  return { is: plain[listed as keyof typeof plain] ?? 'any' };
}

/** One object for several: what is not in all of them is optional. */
function joined(choices: Schema[]): Schema {
  return {
    properties: Object.assign({}, ...choices.map(({ properties }) => properties)),
    required: (choices[0]?.required ?? []).filter((one) =>
      choices.every(({ required }) => required?.includes(one)),
    ),
  };
}

function objectOf({ properties = {}, required = [] }: Schema, name: string, within: string): Type {
  const members = Object.entries(properties).map(([member, one]) => ({
    name: member,
    type: typeOf(one, capital(member), name),
    required: required.includes(member),
    description: one.description ?? '',
  }));
  const shape = JSON.stringify(members.map(({ description: _, ...one }) => one));
  const known = nameOf.get(shape);
  if (known) return { is: 'object', name: known };
  let free = name;
  for (let n = 2; kinds.has(free); n++)
    free = n === 2 && !kinds.has(within + name) ? within + name : `${within}${name}${n}`;
  kinds.set(free, { name: free, members });
  nameOf.set(shape, free);
  return { is: 'object', name: free };
}

function verbOf(method: string, path: string, operation: Operation): Verb | null {
  const { operationId: name, parameters = [], requestBody, responses } = operation;
  const answers = Object.values(responses).flatMap(({ content = {} }) =>
    Object.entries(content).flatMap(([type, { schema }]) => (type.endsWith('json') ? [schema] : [])),
  );
  if (operation.security.length === 0) return null;
  if (BY_HAND.has(name)) {
    if (answers[0]) typeOf(answers[0], `${capital(name)}Answer`, capital(name));
    return null;
  }
  const answer =
    answers.length > 1 && answers.every(({ properties }) => properties) ? joined(answers) : answers[0];
  const body = requestBody?.content['application/json']?.schema;
  const Name = capital(name);
  return {
    name,
    summary: operation.summary,
    method: method.toUpperCase(),
    path,
    ids: parameters.flatMap((one) => (one.in === 'path' ? [one.name] : [])),
    query: parameters.flatMap((one) =>
      one.in === 'query'
        ? [{ ...one, type: typeOf(one.schema, capital(one.name), Name), required: one.required ?? false }]
        : [],
    ),
    body: body ? { type: typeOf(body, `${Name}Body`, Name), required: requestBody?.required ?? false } : null,
    keyed: parameters.some((one) => one.name === 'Idempotency-Key'),
    repeatable:
      method === 'get' ||
      [...REPEATABLE].includes(`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}` as never),
    actions: operation['x-fieldgate-actions'] ?? [],
    answer: answer ? typeOf(answer, `${Name}Answer`, Name) : { is: 'any' },
  };
}

const document = JSON.parse(readFileSync(process.argv[2] ?? 0, 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
};
const verbs = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).flatMap(([method, operation]) => verbOf(method, path, operation) ?? []),
);
const made = { kinds: [...kinds.values()], verbs };
writeFileSync(join(import.meta.dirname, 'python/fieldgate/operations.py'), python(made));
for (const [name, source] of Object.entries(java(made)))
  writeFileSync(join(import.meta.dirname, `java/src/fieldgate/${name}.java`), source);
