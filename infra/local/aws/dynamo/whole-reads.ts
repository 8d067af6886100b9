/**
 * Reads of whole items, answered with the text in which they are stored. dynalite would parse each item, measure it and write it
 * again, which takes longer than the read.
 */

import { randomInt } from 'node:crypto';
import db from 'dynalite/db/index.js';
import type { Items } from './items.ts';

type Key = Record<string, object>;

/** Members of a request that was checked. Any other changes what is answered. */
interface Asked {
  TableName?: string;
  Key?: Key;
  RequestItems?: Record<string, { Keys: Key[] }>;
}

const OF_GET = new Set(['TableName', 'Key', 'ConsistentRead']);
const OF_BATCH = new Set(['RequestItems']);
const OF_TABLE = new Set(['Keys', 'ConsistentRead']);

/** Bytes of a batch that dynalite answers whole. No item is larger than its text. */
const WHOLE = 1024 * 1024;

type ReadWhole = (name: string, input: Asked) => string | null;

/** @returns a function that answers a request, or `null` for one that is left to dynalite, such as one with a fault */
export function wholeReads(items: Items, tables: ReadonlyMap<string, object>): ReadWhole {
  const textsOf = (name: string, keys: readonly Key[]): string[] | null => {
    const table = tables.get(name);
    if (!table || keys.some((key) => db.validateKey(key, table) != null)) return null;
    const part = items.part(name);
    return keys.flatMap((key) => part.text(db.createKey(key, table)) ?? []);
  };
  return (name, input) => {
    if (name === 'GetItem' && input.TableName && input.Key && hasOnly(input, OF_GET)) {
      const texts = textsOf(input.TableName, [input.Key]);
      return texts && (texts[0] === undefined ? '{}' : `{"Item":${texts[0]}}`);
    }
    if (name !== 'BatchGetItem' || !input.RequestItems || !hasOnly(input, OF_BATCH)) return null;
    const answers: string[] = [];
    for (const [table, asked] of Object.entries(input.RequestItems)) {
      const texts = hasOnly(asked, OF_TABLE) ? textsOf(table, asked.Keys) : null;
      if (!texts) return null;
      answers.push(`${JSON.stringify(table)}:[${shuffled(texts).join(',')}]`);
    }
    const text = `{"Responses":{${answers.join(',')}},"UnprocessedKeys":{}}`;
    return Buffer.byteLength(text) < WHOLE ? text : null;
  };
}

const hasOnly = (value: object, names: ReadonlySet<string>) =>
  Object.entries(value).every(([name, one]) => one === undefined || names.has(name));

/** DynamoDB promises no order, and dynalite gives none. */
function shuffled(texts: string[]): string[] {
  for (let i = texts.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [texts[i], texts[j]] = [texts[j] as string, texts[i] as string];
  }
  return texts;
}
