/** The columns of a table that the user brings: of a CSV file, a JSON Schema, an OpenAPI document, or a query of a database. */

import { extname } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import type { Json } from '../../../../shared/json.ts';
import { readList } from '../../lists/file.ts';
import { texts } from '../../messages/language.ts';
import { connectTo } from '../../sync/database.ts';
import { readMapping } from '../../sync/mapping.ts';
import { UsageError } from '../../terminal/failures.ts';
import { readNamed } from '../../terminal/named-files.ts';

const { columns: t } = await texts('own');

export interface Column {
  name: string;
  /** For people, if the source has one. */
  label: string;
  type: 'text' | 'number' | 'boolean' | 'date';
  /** What rows hold, without empty ones; a schema has none. */
  values: readonly string[];
  /** Of a schema. */
  closed?: readonly string[];
  longest?: number;
}

/** @param from a file; after `#` the name of a schema or of a source of the mapping. @throws UsageError */
export async function columnsOf(from: string): Promise<Column[]> {
  const [path = '', name] = from.split('#');
  const columns = await (extname(path).toLowerCase() === '.csv' ? ofCsv(path) : ofDocument(path, name));
  if (columns.length === 0) throw new UsageError(t.none(path));
  return columns;
}

async function ofCsv(path: string): Promise<Column[]> {
  const { columns, lines } = await readList(path);
  return (columns ?? [])
    .filter((name) => name !== '')
    .map((name) => {
      const values = lines.flatMap(({ cells }) => (typeof cells[name] === 'string' ? [cells[name]] : []));
      return { name, label: name, type: typeOf(values), values };
    });
}

function typeOf(values: readonly string[]): Column['type'] {
  const all = (form: RegExp) => values.length > 0 && values.every((value) => form.test(value));
  if (all(/^\d{4}-\d\d-\d\d$/)) return 'date';
  if (all(/^(true|false)$/)) return 'boolean';
  // A number with a zero in front, or as long as an identity number, is a code.
  return all(/^-?(0|[1-9]\d{0,8})(\.\d{1,6})?$/) ? 'number' : 'text';
}

type Schema = { readonly [keyword: string]: Json };
const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

async function ofDocument(path: string, name: string | undefined): Promise<Column[]> {
  const document = documentIn(path);
  if (document['sources'] !== undefined) return ofDatabase(path, name);
  const components = document['components'];
  const schemas = isSchema(components) && isSchema(components['schemas']) ? components['schemas'] : null;
  if (schemas === null) return ofSchema(document);
  const named = Object.entries(schemas).filter(
    ([key, one]) => isSchema(one) && isSchema(one['properties']) && (name ?? key) === key,
  );
  if (named.length !== 1) throw new UsageError(t.which(path, Object.keys(schemas).join(', ')));
  return ofSchema(named[0]?.[1] as Schema);
}

function documentIn(path: string): Schema {
  try {
    const document: unknown = parse(readNamed(path));
    if (isSchema(document)) return document;
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
  }
  throw new UsageError(t.unknown(path));
}

function ofSchema({ properties }: Schema): Column[] {
  return Object.entries(isSchema(properties) ? properties : {}).map(([name, one]) => {
    const schema = isSchema(one) ? one : {};
    const { title, type, format, enum: closed, maxLength } = schema;
    const known = { boolean: 'boolean', integer: 'number', number: 'number' } as const;
    // A value that may be absent has two types.
    const named = [type].flat().find((each) => each !== 'null');
    return {
      name,
      label: typeof title === 'string' ? title : name,
      type: format === 'date' ? 'date' : (known[named as keyof typeof known] ?? 'text'),
      values: [],
      ...(Array.isArray(closed) && { closed: closed.filter((each) => each !== null).map(String) }),
      ...(typeof maxLength === 'number' && { longest: maxLength }),
    };
  });
}

/** As many rows as it takes to see what a column holds. */
const ROWS = 5000;

async function ofDatabase(path: string, name: string | undefined): Promise<Column[]> {
  const { database, sources } = readMapping(path);
  const source = name === undefined ? Object.values(sources)[0] : sources[name];
  if (source === undefined) throw new UsageError(t.which(path, Object.keys(sources).join(', ')));
  const db = await connectTo(database);
  try {
    const { columns, rows } = await db.read(source.query);
    return columns.map(({ name: column, type }, at) => {
      const values = rows.slice(0, ROWS).flatMap((row) => (row[at]?.trim() ? [row[at].trim()] : []));
      const known = { date: 'date', time: 'date', boolean: 'boolean', number: 'number' } as const;
      return {
        name: column,
        label: column,
        type: known[type as keyof typeof known] ?? typeOf(values),
        values,
      };
    });
  } finally {
    await db.end();
  }
}
