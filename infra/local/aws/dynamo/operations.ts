/**
 * DynamoDB's JSON protocol in this process: dynalite's checks, expressions and operations, over items in SQLite.
 * It checks no signature, so only clients of this process may reach it.
 */

import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import type { TableDescription } from '@aws-sdk/client-dynamodb';
import conditionParser from 'dynalite/db/conditionParser.js';
import projectionParser from 'dynalite/db/projectionParser.js';
import updateParser from 'dynalite/db/updateParser.js';
import { checkTypes, checkValidations } from 'dynalite/validations/index.js';
import { parseOnce } from './expressions.ts';
import type { Items, Part } from './items.ts';

/** A table as `DescribeTable` answers. */
export interface Description
  extends Pick<
    TableDescription,
    'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes' | 'TableStatus'
  > {
  TableName: string;
}

export interface Answer {
  statusCode: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

interface Failure extends Error {
  statusCode?: number;
  body?: object;
}

type Callback = (error: Failure | null, answer?: object) => void;

/** The parts of dynalite that an operation consists of. */
interface Operation {
  types: object;
  custom: unknown;
  act(store: object, input: object, done: Callback): void;
}

for (const parser of [conditionParser, projectionParser, updateParser]) parseOnce(parser);

const require = createRequire(import.meta.url);
const READS = ['getItem', 'batchGetItem', 'query', 'scan', 'describeTable'];
const WRITES = ['putItem', 'updateItem', 'deleteItem', 'batchWriteItem'];
const OPERATIONS = new Map<string, Operation>(
  [...READS, ...WRITES].map((name) => [
    name,
    { ...require(`dynalite/validations/${name}.js`), act: require(`dynalite/actions/${name}.js`) },
  ]),
);

/** Largest item in bytes, as in DynamoDB. */
const MAX_ITEM = 409_600;
/** Largest request in bytes, as in DynamoDB. */
const MAX_REQUEST = 16 * 1024 * 1024;

/** Answers one request. @param target the header `x-amz-target` */
export type Dynamo = (target: string, body: string) => Promise<Answer>;

export function dynamoOver(items: Items, tables: readonly Description[]): Dynamo {
  const store = storeOver(items, tables);
  return async (target, body) => {
    const [, name = ''] = /^DynamoDB_20120810\.([A-Za-z]+)$/.exec(target) ?? [];
    const operation = OPERATIONS.get(name.charAt(0).toLowerCase() + name.slice(1));
    if (!operation) return failure('com.amazon.coral.service#UnknownOperationException');
    if (Buffer.byteLength(body) > MAX_REQUEST) return answer({}, 413);
    // Concurrent requests take turns, as they do on a network.
    await setImmediate();
    try {
      const input = checkTypes(parse(body), operation.types);
      checkValidations(input, operation.types, operation.custom, store);
      return answer(await run(items, store, operation, input));
    } catch (error) {
      const { statusCode, body: said } = error as Failure;
      if (statusCode === undefined || said === undefined) throw error;
      return answer(said, statusCode);
    }
  };
}

function parse(body: string): object {
  try {
    return JSON.parse(body);
  } catch {
    const __type = 'com.amazon.coral.service#SerializationException';
    throw Object.assign(new Error(__type), { statusCode: 400, body: { __type } });
  }
}

/** A write is complete before this returns, with all that it changes in indexes. */
function run(items: Items, store: object, { act }: Operation, input: object): Promise<object> {
  return new Promise((resolve, reject) => {
    const done: Callback = (error, output) => (error ? reject(error) : resolve(output ?? {}));
    if (!WRITE_ACTS.has(act)) return act(store, input, done);
    // The disk may be full when the writes are committed, so the answer waits for that.
    const answers: Parameters<Callback>[] = [];
    items.atOnce(() => act(store, input, (...answer) => answers.push(answer)));
    for (const answer of answers) done(...answer);
  });
}

const WRITE_ACTS = new Set(WRITES.map((name) => OPERATIONS.get(name)?.act));

/** What dynalite's operations ask of their database. */
function storeOver(items: Items, tables: readonly Description[]) {
  const known = new Map(tables.map((table) => [table.TableName, table]));
  return {
    options: { maxItemSize: MAX_ITEM },
    getTable(name: string, check: boolean | Callback, then?: Callback) {
      const done = typeof check === 'function' ? check : (then as Callback);
      const table = known.get(name);
      if (table) return done(null, table);
      const more = check === false ? `: Table: ${name} not found` : '';
      const __type = 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException';
      const body = { __type, message: `Requested resource not found${more}` };
      done(Object.assign(new Error(__type), { statusCode: 400, body }));
    },
    getItemDb: (table: string): Part => items.part(table),
    getIndexDb: (_: string, table: string, index: string): Part => items.part(`${table}/${index}`),
  };
}

function failure(__type: string): Answer {
  return answer({ __type }, 400);
}

function answer(body: object, statusCode = 200): Answer {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() };
  return { statusCode, headers, body: Buffer.from(JSON.stringify(body)) };
}
