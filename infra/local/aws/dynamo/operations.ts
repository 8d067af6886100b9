/**
 * DynamoDB's JSON protocol in this process: dynalite's checks, expressions and operations, over items in SQLite.
 * It checks no signature, so only clients of this process may reach it.
 */

import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
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

/** A request and who waits for it. */
export interface Call {
  /** The header `x-amz-target`. */
  target: string;
  body: string;
  answer(answer: Answer): void;
  fail(error: unknown): void;
}

/**
 * Makes calls in their order. The writes among them are one transaction, so that the file is written once, and each call is
 * answered once it is committed.
 */
export type Dynamo = (calls: Iterable<Call>) => void;

export function dynamoOver(items: Items, tables: readonly Description[]): Dynamo {
  const known = new Map(tables.map((table) => [table.TableName, table]));
  const store = storeOver(items, known);
  const make = (calls: Iterable<Call>) => {
    const begun: Call[] = [];
    // Not yet committed answers.
    let pending: (() => void)[] | null = [];
    const later = (end: () => void) => (pending ? pending.push(end) : end());
    try {
      items.atOnce(() => {
        for (const call of calls) {
          begun.push(call);
          const answered = (made: Answer) => later(() => call.answer(made));
          begin(store, call, answered, (error) => later(() => call.fail(error)));
        }
      });
    } catch (error) {
      // The disk may be full, or one of them meets a fault: the others are made without it.
      if (begun.length > 1) for (const call of begun) make([call]);
      else begun[0]?.fail(error);
      return;
    }
    const ends = pending;
    pending = null;
    for (const end of ends) end();
  };
  return make;
}

/** @throws what the store throws; then nothing of the transaction may stay */
function begin(store: Store, call: Call, done: (made: Answer) => void, fail: (error: unknown) => void): void {
  const refuse = (error: unknown) => {
    const { statusCode, body } = error as Failure;
    if (statusCode === undefined || body === undefined) fail(error);
    else done(answer(body, statusCode));
  };
  let asked: Asked;
  try {
    asked = check(store, readCall(call));
  } catch (error) {
    refuse(error);
    return;
  }
  // Before it calls back, a write has changed all that it changes, also in indexes.
  asked.act(store, asked.input, (error, output) => (error ? refuse(error) : done(answer(output ?? {}))));
}

interface Asked {
  act: Operation['act'];
  input: object;
}

/** @throws Failure for an unknown operation, and for a request that is too large or no JSON */
function readCall({ target, body }: Call): { operation: Operation; request: object } {
  const [, name = ''] = /^DynamoDB_20120810\.([A-Za-z]+)$/.exec(target) ?? [];
  const operation = OPERATIONS.get(name.charAt(0).toLowerCase() + name.slice(1));
  if (!operation) throw failure({ __type: 'com.amazon.coral.service#UnknownOperationException' });
  if (Buffer.byteLength(body) > MAX_REQUEST) throw failure({}, 413);
  return { operation, request: parse(body) };
}

/** @throws Failure for a request that DynamoDB refuses */
function check(
  store: Store,
  { operation: { types, custom, act }, request }: { operation: Operation; request: object },
): Asked {
  const input = checkTypes(request, types);
  checkValidations(input, types, custom, store);
  return { act, input };
}

function parse(body: string): object {
  try {
    return JSON.parse(body);
  } catch {
    throw failure({ __type: 'com.amazon.coral.service#SerializationException' });
  }
}

type Store = ReturnType<typeof storeOver>;

/** What dynalite's operations ask of their database. */
function storeOver(items: Items, known: ReadonlyMap<string, Description>) {
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

function failure(body: { __type?: string }, statusCode = 400): Failure {
  return Object.assign(new Error(body.__type), { statusCode, body });
}

function answer(body: object, statusCode = 200): Answer {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() };
  return { statusCode, headers, body: Buffer.from(JSON.stringify(body)) };
}
