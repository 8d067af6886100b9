/**
 * Reads of whole items, answered with the text in which they are stored. dynalite would check each key several times, parse each
 * item, measure it and write it again, which takes longer than the read.
 */

import { randomInt } from 'node:crypto';
import type { Items, Range } from './items.ts';
import { type Keyed, type KeyTexts, keyTexts } from './key-texts.ts';
import { isObject } from './plain.ts';

const OF_GET = new Set(['TableName', 'Key', 'ConsistentRead']);
const OF_BATCH = new Set(['RequestItems']);
const OF_TABLE = new Set(['Keys', 'ConsistentRead']);
const OF_QUERY = new Set([
  'TableName',
  'KeyConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ConsistentRead',
  'ScanIndexForward',
  'Limit',
]);

/** Bytes that dynalite answers whole. No item is larger than its text. */
const WHOLE = 1024 * 1024;
/** Keys of a batch at most. */
const KEYS = 100;
/** A whole partition, or what follows a sort key in it. */
const WHERE = /^(#\w+) = (:\w+)(?: AND (#\w+) > (:\w+))?$/;

type ReadWhole = (name: string, request: unknown) => string | null;

/** @returns a function that answers a request, or `null` for one that is left to dynalite, such as one with a fault */
export function wholeReads(items: Items, tables: ReadonlyMap<string, Keyed>): ReadWhole {
  const keys = new Map([...tables].map(([name, table]) => [name, keyTexts(table)]));
  return (name, request) => {
    if (name === 'GetItem' && isPlain(request, OF_GET)) return get(items, keys, request);
    if (name === 'BatchGetItem' && isPlain(request, OF_BATCH)) return batch(items, keys, request);
    if (name === 'Query' && isPlain(request, OF_QUERY)) return query(items, keys, request);
    return null;
  };
}

type Tables = ReadonlyMap<string, KeyTexts>;
type Request = Record<string, unknown>;

function get(items: Items, tables: Tables, { TableName, Key }: Request): string | null {
  if (typeof TableName !== 'string') return null;
  const key = tables.get(TableName)?.of(Key) ?? null;
  if (key === null) return null;
  const found = items.part(TableName).text(key);
  return found === undefined ? '{}' : `{"Item":${found}}`;
}

function batch(items: Items, tables: Tables, { RequestItems }: Request): string | null {
  if (!isObject(RequestItems)) return null;
  const asked = Object.entries(RequestItems);
  const answers: string[] = [];
  let left = KEYS;
  for (const [table, one] of asked) {
    if (!isPlain(one, OF_TABLE) || !Array.isArray(one['Keys']) || one['Keys'].length === 0) return null;
    left -= one['Keys'].length;
    const texts = left >= 0 ? textsOf(items, tables, table, one['Keys']) : null;
    if (!texts) return null;
    answers.push(`${JSON.stringify(table)}:[${shuffled(texts).join(',')}]`);
  }
  const text = `{"Responses":{${answers.join(',')}},"UnprocessedKeys":{}}`;
  return answers.length > 0 && Buffer.byteLength(text) < WHOLE ? text : null;
}

function query(items: Items, tables: Tables, request: Request): string | null {
  const { TableName, Limit, ExpressionAttributeNames: names, ExpressionAttributeValues: values } = request;
  const table = tables.get(String(TableName));
  const where = WHERE.exec(String(request['KeyConditionExpression']));
  if (!table || !where || !isObject(names) || !isObject(values)) return null;
  const range = rangeOf(table, where, names, values);
  const limit = Limit === undefined ? Number.POSITIVE_INFINITY : Number(Limit);
  const texts = range && items.part(String(TableName)).texts(range, { bytes: WHOLE, items: limit });
  return texts
    ? `{"Count":${texts.length},"Items":[${texts.join(',')}],"ScannedCount":${texts.length}}`
    : null;
}

function rangeOf(table: KeyTexts, where: readonly string[], names: Request, values: Request): Range | null {
  const [, first = '', value = '', second, after = ''] = where;
  const terms = second === undefined ? 1 : 2;
  if (Object.keys(names).length !== terms || Object.keys(values).length !== terms) return null;
  if (names[first] !== table.partition || (second !== undefined && names[second] !== table.sort)) return null;
  const begin = table.begin(values[value]);
  if (begin === null) return null;
  if (second === undefined) return { gte: begin, lt: `${begin}~` };
  const from = table.of({ [table.partition]: values[value], [String(table.sort)]: values[after] });
  return from === null ? null : { gt: `${from}~`, lt: `${begin}~` };
}

function textsOf(items: Items, tables: Tables, name: unknown, keys: readonly unknown[]): string[] | null {
  const table = typeof name === 'string' ? tables.get(name) : undefined;
  if (!table || typeof name !== 'string') return null;
  const texts: string[] = [];
  for (const key of keys) {
    const text = table.of(key);
    if (text === null) return null;
    texts.push(text);
  }
  return hasDouble(table, keys as Request[], texts) ? null : items.part(name).textsOf(texts);
}

/** Most batches ask for one item of each partition, and the names of partitions are compared faster than whole keys. */
function hasDouble({ partition }: KeyTexts, keys: readonly Request[], texts: readonly string[]): boolean {
  const partitions = new Set(keys.map((key) => (key[partition] as { S: string }).S));
  return partitions.size < keys.length && new Set(texts).size < keys.length;
}

/** Any other member changes what is answered. */
function isPlain(value: unknown, names: ReadonlySet<string>): value is Request {
  return (
    isObject(value) &&
    Object.entries(value).every(
      ([name, one]) =>
        names.has(name) &&
        (name !== 'ConsistentRead' || typeof one === 'boolean') &&
        (name !== 'ScanIndexForward' || one === true) &&
        (name !== 'Limit' || (Number.isSafeInteger(one) && Number(one) > 0)),
    )
  );
}

/** DynamoDB promises no order, and dynalite gives none. */
function shuffled(texts: string[]): string[] {
  for (let i = texts.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [texts[i], texts[j]] = [texts[j] as string, texts[i] as string];
  }
  return texts;
}
