/**
 * The text under which dynalite stores an item, for keys as nearly all requests have them: short texts and whole numbers.
 * dynalite's own way takes longer than the read.
 */

import { hash } from 'node:crypto';
import { isObject } from './plain.ts';

/** What is needed of a table. */
export interface Keyed {
  KeySchema?: readonly { AttributeName?: string | undefined }[] | undefined;
  AttributeDefinitions?:
    | readonly { AttributeName?: string | undefined; AttributeType?: string | undefined }[]
    | undefined;
}

export interface KeyTexts {
  /** Name of the partition key. */
  partition: string;
  /** Name of the sort key. */
  sort: string | undefined;
  /** @returns `null` for a key that is left to dynalite, such as one with a fault */
  of(key: unknown): string | null;
  /** What the texts of a partition begin with, by the value of its key. `null`: as of `of`. */
  begin(value: unknown): string | null;
}

export function keyTexts({ KeySchema = [], AttributeDefinitions = [] }: Keyed): KeyTexts {
  const [partition = '', sort] = KeySchema.map(({ AttributeName }) => AttributeName ?? '');
  const begins = beginsOf();
  const isNumber = AttributeDefinitions.some(
    ({ AttributeName, AttributeType }) => AttributeName === sort && AttributeType === 'N',
  );
  const begin = (value: unknown) => {
    const text = textOf(value, 'S');
    return text === null ? null : begins(text);
  };
  return {
    ...{ partition, sort, begin },
    of(key) {
      if (!isObject(key) || Object.keys(key).length !== KeySchema.length) return null;
      const first = begin(key[partition]);
      if (first === null || sort === undefined) return first;
      const text = textOf(key[sort], isNumber ? 'N' : 'S');
      if (text === null) return null;
      return `${first}${isNumber ? orderedNumber(text) : hexOf(text)}/`;
    },
  };
}

/** A key attribute may have 1,024 bytes. */
const SHORT = 300;
const WHOLE_NUMBER = /^(?:0|[1-9][0-9]{0,14})$/;

function textOf(value: unknown, type: 'S' | 'N'): string | null {
  if (!isObject(value) || Object.keys(value).length !== 1) return null;
  const text = value[type];
  if (typeof text !== 'string' || text === '' || text.length > SHORT) return null;
  return type === 'S' || WHOLE_NUMBER.test(text) ? text : null;
}

const hexOf = (text: string) => Buffer.from(text).toString('hex');

/** As dynalite orders numbers: sign, exponent, digits. */
function orderedNumber(text: string): string {
  if (text === '0') return '1000';
  return `1${(129 + text.length).toString(16)}${text.replace(/0+$/, '')}`;
}

/** Partitions that are kept. */
const KEPT = 10_000;

function beginsOf(): (partition: string) => string {
  const known = new Map<string, string>();
  return (partition) => {
    const found = known.get(partition);
    if (found !== undefined) return found;
    if (known.size >= KEPT) known.clear();
    const begin = `${hash('md5', `Outliers${partition}`).slice(0, 6)}/${hexOf(partition)}/`;
    known.set(partition, begin);
    return begin;
  };
}
