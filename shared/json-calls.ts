/**
 * Bodies of the calls that are made most, to JSON and back, without the SDK's walk along the schema of each call. The
 * two services speak plain JSON but for bytes, and this file knows where those are. Everything else is the SDK's: other
 * calls, answers that are not 200, and answers that can't be read.
 */
import type { Readable } from 'node:stream';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { alone, type Context, type Handler, type Middleware, type Stack } from './first-attempt.ts';

export const SERIALIZER = 'serializerMiddleware';
export const DESERIALIZER = 'deserializerMiddleware';

type Members = Record<string, unknown>;

/** The JSON of an input, and the output from parsed JSON, which it may change. */
interface Bodies {
  write(input: Members): string;
  read(output: Members): void;
}

/** Bytes are members of the call itself. @param output names of those in its answer */
const withBytes = (...output: string[]): Bodies => ({
  write(input) {
    const said: Members = {};
    for (const name in input) {
      const value = input[name];
      said[name] = value instanceof Uint8Array ? encoded(value) : value;
    }
    return JSON.stringify(said);
  },
  read(answer) {
    for (const name of output) {
      const text = answer[name];
      if (typeof text === 'string') answer[name] = decoded(text);
    }
  },
});

/** Bytes are in attribute values. */
const withItems: Bodies = {
  write(input) {
    const said: Members = { ...input };
    for (const name of ITEMS) if (said[name]) said[name] = writtenItem(said[name] as Item);
    return JSON.stringify(said);
  },
  read(answer) {
    for (const name of ITEMS) if (answer[name]) readItem(answer[name] as Item);
    for (const item of (answer['Items'] ?? []) as Item[]) readItem(item);
  },
};

/** Keys that are asked of tables, and items in an answer. */
const withTables: Bodies = {
  write({ RequestItems, ...others }) {
    return JSON.stringify({ RequestItems: mapValues(RequestItems as Asked, writtenKeys), ...others });
  },
  read({ Responses, UnprocessedKeys }) {
    for (const items of Object.values((Responses ?? {}) as Record<string, Item[]>)) items.forEach(readItem);
    for (const { Keys = [] } of Object.values((UnprocessedKeys ?? {}) as Asked)) Keys.forEach(readItem);
  },
};

type Asked = Record<string, { Keys?: Item[] }>;

const writtenKeys = ({ Keys, ...others }: { Keys?: Item[] }) => ({
  ...others,
  ...(Keys && { Keys: Keys.map(writtenItem) }),
});

const ITEMS = [
  'Key',
  'Item',
  'ExpressionAttributeValues',
  'ExclusiveStartKey',
  'Attributes',
  'LastEvaluatedKey',
];

/** By the operation's name. `test/infra/json-calls.test.ts` holds them against the SDK's schemas. */
export const BODIES: Readonly<Record<string, Bodies>> = {
  Decrypt: withBytes('Plaintext'),
  GenerateDataKey: withBytes('Plaintext', 'CiphertextBlob'),
  GenerateMac: withBytes('Mac'),
  Sign: withBytes('Signature'),
  GetItem: withItems,
  BatchGetItem: withTables,
  Query: withItems,
  Scan: withItems,
  PutItem: withItems,
  UpdateItem: withItems,
  DeleteItem: withItems,
};

type Item = Record<string, AttributeValue>;

const mapValues = <From, To>(all: Record<string, From>, to: (one: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, to(one)]));

/** The item itself if all of it is JSON already, as most keys are. */
function writtenItem(item: Item): Item {
  for (const name in item) {
    const value = item[name];
    if (value && value.S === undefined && value.N === undefined)
      return mapValues(item, (one) => one && writtenValue(one));
  }
  return item;
}

function writtenValue(value: AttributeValue): AttributeValue {
  if (value.B) return { B: encoded(value.B) as never };
  if (value.M) return { M: writtenItem(value.M) };
  if (value.L) return { L: value.L.map(writtenValue) };
  if (value.BS) return { BS: value.BS.map(encoded) as never };
  return value;
}

/** An attribute value whose bytes are text. */
type Parsed = Omit<AttributeValue, 'B' | 'BS'> & { B?: unknown; BS?: unknown[] };

function readItem(item: Item): void {
  for (const name in item) readValue(item[name] as Parsed);
}

function readValue(value: Parsed): void {
  if (typeof value.B === 'string') value.B = decoded(value.B);
  else if (value.M) readItem(value.M);
  else if (value.L) value.L.forEach(readValue as (one: AttributeValue) => void);
  else if (value.BS) value.BS = value.BS.map((text) => decoded(text as string));
}

function encoded(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

/** The SDK tests an answer with an expression, which takes 25 times as long for 4 KB, and accepts bits that no byte takes. */
export function decoded(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new TypeError('an answer holds bytes that are not base64');
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Where a client's requests go. */
export interface Address {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
}

/** The parts of the SDK's protocol that name a call and what an answer says about itself. */
export interface Protocol {
  serviceTarget: string;
  getJsonRpcVersion(): string;
  deserializeMetadata(answer: Answer): object;
}

interface Answer {
  statusCode: number;
  headers: Record<string, string>;
  body?: Readable | Uint8Array | Promise<Uint8Array>;
}

/** The name of a call that this file knows, or `undefined`. */
function bodiesOf(context: Context): { name: string; bodies: Bodies } | undefined {
  const { operationSchema } = context['__smithy_context'] as { operationSchema?: unknown[] };
  const name = String(operationSchema?.[2]);
  const bodies = BODIES[name];
  return bodies && { name, bodies };
}

/** What requests of a client need besides their bodies. */
export interface Settings {
  config: { httpAuthSchemes: readonly { signer: unknown }[] };
  /** Asked for once. */
  addressOf(): Promise<Address>;
}

export function serializer(stack: Stack, protocol: Protocol, { config, addressOf }: Settings): Middleware {
  const ofSdk = alone(stack, SERIALIZER);
  let kept: Address | undefined;
  return (next, context) => {
    const httpAuthOption = { signingProperties: { config, context } };
    // Both services know one way to sign.
    const selectedHttpAuthScheme = { httpAuthOption, signer: config.httpAuthSchemes[0]?.signer };
    Object.assign(context['__smithy_context'] as object, { selectedHttpAuthScheme });
    const known = bodiesOf(context);
    const others = ofSdk.resolve(next, context);
    const type = `application/x-amz-json-${protocol.getJsonRpcVersion()}`;
    const target = `${protocol.serviceTarget}.${known?.name}`;
    return async (args) => {
      kept ??= await addressOf();
      context['endpointV2'] ??= kept;
      if (!known) return others(args);
      const { input } = args as { input: Members };
      const headers = { 'content-type': type, 'x-amz-target': target };
      const body = known.bodies.write(input);
      return next({ input, request: { method: 'POST', ...kept, query: {}, headers, body } });
    };
  };
}

export function deserializer(stack: Stack, protocol: Protocol): Middleware {
  const ofSdk = alone(stack, DESERIALIZER);
  return (next, context) => {
    const known = bodiesOf(context);
    if (!known) return ofSdk.resolve(next, context);
    return async (args) => {
      const { response } = (await next(args)) as { response: Answer };
      const left: Handler = () => Promise.resolve({ response });
      if (response.statusCode !== 200) return ofSdk.resolve(left, context)(args);
      const reading = collected(response.body);
      try {
        const bytes = await reading;
        const output = (bytes.length === 0 ? {} : JSON.parse(bytes.toString())) as Members;
        known.bodies.read(output);
        output['$metadata'] = protocol.deserializeMetadata(response);
        return { response, output };
      } catch {
        response.body = reading;
        return ofSdk.resolve(left, context)(args);
      }
    };
  };
}

/** The bytes of an answer. The SDK pipes them through a stream of its own. */
export async function collected(answer: Answer['body']): Promise<Buffer> {
  if (!answer) return Buffer.alloc(0);
  if (answer instanceof Uint8Array) return bufferOf(answer);
  if (answer instanceof Promise) return bufferOf(await answer);
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    answer.on('data', (part: Buffer) => parts.push(part));
    answer.on('end', () => resolve(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)));
    answer.on('error', reject);
  });
}

const bufferOf = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
