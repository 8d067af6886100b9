/**
 * The only functions that read, query and swap items. Each function makes calls of one kind only, so a bundle
 * contains only the calls that its role may make.
 */

import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  type KeysAndAttributes,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import type { Env, EnvName } from '../env.ts';
import { Problem } from '../errors.ts';
import type { Pages } from './part.ts';

/** A table and the client that reaches it. */
export interface Table {
  client: DynamoDBClient;
  name: string;
  /** Reads one item in place of `getItem`: see `gather.ts`. */
  read?: (key: Item) => Promise<Item | null>;
}

export type Item = Record<string, AttributeValue>;

/** The tables of a function under their short names: `keys` for the setting `keysTable`. */
export type Tables<Names extends EnvName> = {
  readonly [Name in Names as Name extends `${infer Short}Table` ? Short : never]: Table;
};

const SUFFIX = 'Table';

export function tablesOf<Names extends EnvName>(client: DynamoDBClient, env: Env<Names>): Tables<Names> {
  const tables = Object.entries<string>(env).filter(([setting]) => setting.endsWith(SUFFIX));
  return Object.fromEntries(
    tables.map(([setting, name]) => [setting.slice(0, -SUFFIX.length), { client, name }]),
  ) as Tables<Names>;
}

/** Strongly consistent. @param project names of the attributes to read; without it, all. @returns `null` for none */
export async function getItem(
  { client, name, read }: Table,
  key: Item,
  project?: readonly string[],
): Promise<Item | null> {
  if (read && !project) return read(key);
  const { Item } = await client.send(
    new GetItemCommand({ TableName: name, Key: key, ConsistentRead: true, ...projection(project) }),
  );
  return Item ?? null;
}

/** DynamoDB's limit for one BatchGetItem. */
const BATCH = 100;

/** Milliseconds before a rest is asked for again, at most, and after how much of that a table gives nothing. */
const [FIRST, LONGEST] = [25, 1600];

/**
 * The items of these keys, strongly consistent and in no order. Items that do not exist are absent.
 * @param project as of `getItem`
 * @throws Problem if the table gives nothing for several rounds
 */
export async function getItems(
  { client, name }: Table,
  keys: readonly Item[],
  project?: readonly string[],
): Promise<Item[]> {
  const batches = Array.from({ length: Math.ceil(keys.length / BATCH) }, async (_, i) => {
    const Keys = keys.slice(i * BATCH, (i + 1) * BATCH);
    const items: Item[] = [];
    const asked = { Keys, ConsistentRead: true, ...projection(project) };
    let wanted: Record<string, KeysAndAttributes> | undefined = { [name]: asked };
    // Large answers arrive in parts, and those of a throttled table.
    for (let pause = 0; wanted && Object.keys(wanted).length > 0; ) {
      if (pause > LONGEST)
        throw new Problem('STORE_UNAVAILABLE', { cause: new Error(`${name} gives no items`) });
      if (pause > 0) await new Promise((done) => setTimeout(done, Math.random() * pause));
      const answer: BatchGetItemCommandOutput = await client.send(
        new BatchGetItemCommand({ RequestItems: wanted }),
      );
      const part = answer.Responses?.[name] ?? [];
      items.push(...part);
      pause = part.length > 0 ? FIRST : pause * 2 || FIRST;
      wanted = answer.UnprocessedKeys;
    }
    return items;
  });
  return (await Promise.all(batches)).flat();
}

/** Puts the item whatever was there. May be repeated. */
export async function putItem({ client, name }: Table, item: Item): Promise<void> {
  await client.send(new PutItemCommand({ TableName: name, Item: item }));
}

/**
 * Puts the item if the condition holds. The condition must also hold for the item itself: the SDK repeats a put
 * whose answer was lost. If it can't, use `swap`.
 * @param condition an expression in which `#name` stands for the attribute `name`
 * @param values of the expression, such as `:name`
 * @returns whether the condition held
 */
export function putIf(
  { client, name }: Table,
  item: Item,
  condition: string,
  values: Item = {},
): Promise<boolean> {
  const command = { TableName: name, Item: item, ConditionExpression: condition };
  return ifHeld(client.send(new PutItemCommand({ ...command, ...named([condition], values) })));
}

/**
 * Compare-and-swap: of several concurrent swaps with the same condition exactly one wins, even if all put the same.
 * The item names the call that put it, in the attribute `write`, so a repeat after a lost answer succeeds as well.
 * @param condition as of `putIf`
 * @returns whether the item is the one of this call
 */
export function swap(table: Table, item: Item, condition: string, values: Item = {}): Promise<boolean> {
  const write = { S: randomUUID() };
  const own = `(${condition}) OR #write = :write`;
  return putIf(table, { ...item, write }, own, { ...values, ':write': write });
}

/**
 * Swaps a document, as JSON in the attribute `document`.
 * @param previous the document that the swap replaces; `null` for none
 * @param more other attributes of the item
 */
export function swapDocument<Document>(
  table: Table,
  key: Item,
  document: Document,
  previous: Document | null,
  more: Item = {},
): Promise<boolean> {
  const item = { ...key, ...more, document: { S: JSON.stringify(document) } };
  if (previous === null) return swap(table, item, 'attribute_not_exists(#document)');
  return swap(table, item, '#document = :previous', { ':previous': { S: JSON.stringify(previous) } });
}

/** @returns what `swapDocument` put there, or `null`; strongly consistent */
export async function readDocument<Document>(table: Table, key: Item): Promise<Document | null> {
  const text = (await getItem(table, key))?.['document']?.S;
  return text === undefined ? null : (JSON.parse(text) as Document);
}

/** May be repeated. */
export async function deleteItem({ client, name }: Table, key: Item): Promise<void> {
  await client.send(new DeleteItemCommand({ TableName: name, Key: key }));
}

/** @param condition as of `putIf`. @returns whether it held */
export function deleteIf(
  { client, name }: Table,
  key: Item,
  condition: string,
  values: Item,
): Promise<boolean> {
  const command = { TableName: name, Key: key, ConditionExpression: condition };
  return ifHeld(client.send(new DeleteItemCommand({ ...command, ...named([condition], values) })));
}

/** Values of an expression by name: text, or any other attribute value. */
type Texts = Readonly<Record<string, string | AttributeValue>>;

interface QueryOptions {
  /** Index of the table; it is never strongly consistent. */
  index?: string;
  project?: readonly string[];
  /** Items of a page. */
  limit?: number;
  /** Against the order of the sort key. */
  backwards?: boolean;
  /** `false`: a recent write may be missing, for half the price. */
  consistent?: boolean;
}

/**
 * One page, strongly consistent unless the options say otherwise.
 * @param where an expression in which `#name` stands for the attribute `name`
 * @param texts values of the expression: `name` for `:name`
 * @returns `last`: the key after which the next page begins, `null` after the last page
 */
export async function queryStep(
  { client, name }: Table,
  where: string,
  texts: Texts,
  options: QueryOptions & { after?: Item | null } = {},
): Promise<{ items: Item[]; last: Item | null }> {
  const { index, project, limit, backwards, consistent = index === undefined, after } = options;
  const { Items: items = [], LastEvaluatedKey: last = null } = await client.send(
    new QueryCommand({
      TableName: name,
      IndexName: index,
      ConsistentRead: consistent,
      KeyConditionExpression: where,
      Limit: limit,
      ScanIndexForward: !backwards,
      ExclusiveStartKey: after ?? undefined,
      ...projection(project, named([where], valuesOf(texts))),
    }),
  );
  return { items, last };
}

/** Page after page of `queryStep`. */
export async function* queryPages(
  table: Table,
  where: string,
  texts: Texts,
  options: QueryOptions = {},
): AsyncGenerator<Item[]> {
  let after: Item | null = null;
  do {
    const { items, last } = await queryStep(table, where, texts, { ...options, after });
    yield items;
    after = last;
  } while (after);
}

/** All pages of `queryPages`. */
export async function queryAll(...query: Parameters<typeof queryPages>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of queryPages(...query)) items.push(...page);
  return items;
}

/** One page of a scan. @returns `last`: the key after which the next page begins, `null` after the last page */
export async function scanPage(
  { client, name }: Table,
  options: Pages & { after: Item | null; limit: number },
): Promise<{ items: Item[]; last: Item | null }> {
  const { Items: items = [], LastEvaluatedKey: last = null } = await client.send(
    new ScanCommand({
      TableName: name,
      Limit: options.limit,
      ConsistentRead: options.consistent,
      ExclusiveStartKey: options.after ?? undefined,
      ...(options.part && { Segment: options.part.index, TotalSegments: options.part.of }),
      ...projection(options.project),
    }),
  );
  return { items, last };
}

/** @returns whether the condition of the write held */
export async function ifHeld(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

interface Placeholders {
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
}

/** The names that expressions use as `#name`, and their values. */
function named(expressions: readonly string[], values: Item): Placeholders {
  const names = expressions.flatMap((one) => one.match(/#\w+/g) ?? []);
  return {
    ...(names.length > 0 && {
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [name, name.slice(1)])),
    }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

function projection(names: readonly string[] | undefined, others: Placeholders = {}): Placeholders {
  if (!names) return others;
  const tokens = names.map((name, i) => [`#p${i}`, name] as const);
  const projected = { ProjectionExpression: tokens.map(([token]) => token).join(', ') };
  const all = { ...others.ExpressionAttributeNames, ...Object.fromEntries(tokens) };
  return { ...others, ...projected, ExpressionAttributeNames: all };
}

function valuesOf(texts: Texts): Item {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [`:${name}`, typeof text === 'string' ? { S: text } : text]),
  );
}
