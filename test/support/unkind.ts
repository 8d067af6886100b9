/**
 * Loaded by every process of a test run with `FIELDGATE_UNKIND=<seed>`: the store answers the gateway as DynamoDB may. A page ends after
 * three items, a batch does a few of what it was asked, or nothing, and some attempts are throttled. Which calls are met follows
 * from the seed and what they ask, so that a run repeats. Reads of a test itself, which say nothing of consistency, are whole.
 */

import { hash } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

interface Input {
  TableName?: string;
  Limit?: number;
  RequestItems?: Record<string, Asked>;
}
type Asked = { Keys: unknown[] } | unknown[];
interface Command {
  input: Input;
}
type Answer = { UnprocessedKeys?: object; UnprocessedItems?: object };

const seed = new URL(import.meta.url).searchParams.get('seed') ?? '';
/** Most items of a page or a batch. */
const MOST = 3;
/** Of so many calls one is met. */
const ONE_IN = { parts: 2, nothing: 8, throttled: 300 };

/** How often a client asked the same: a batch that got nothing, or an attempt that was throttled, is repeated in the same words. */
const asked = new WeakMap<DynamoDBClient, Map<string, number>>();
function timesAsked(client: DynamoDBClient, text: string): number {
  const all = asked.get(client) ?? new Map<string, number>();
  asked.set(client, all);
  const times = all.get(text) ?? 0;
  all.set(text, times + 1);
  return times;
}

/** By chance, and the same for the same call. */
function isMet(what: keyof typeof ONE_IN, ...call: unknown[]): boolean {
  return hash('sha256', JSON.stringify([seed, what, ...call]), 'buffer').readUInt16BE() % ONE_IN[what] === 0;
}

const isPaged = (name: string, input: Input) =>
  /^(Query|Scan)Command$/.test(name) && 'ConsistentRead' in input;

/** @returns the part of a batch that is done, and the rest */
function split(
  client: DynamoDBClient,
  name: string,
  all: Record<string, Asked>,
): [Record<string, Asked>, Record<string, Asked>] {
  const text = JSON.stringify([name, all]);
  const most = isMet('nothing', text, timesAsked(client, text)) ? 0 : MOST;
  const [now, rest]: [Record<string, Asked>, Record<string, Asked>] = [{}, {}];
  for (const [table, one] of Object.entries(all)) {
    const items = 'Keys' in one ? one.Keys : one;
    const as = (some: unknown[]): Asked => ('Keys' in one ? { ...one, Keys: some } : some);
    if (most > 0) now[table] = as(items.slice(0, most));
    if (items.length > most) rest[table] = as(items.slice(most));
  }
  return [now, rest];
}

interface Args {
  request: { headers: Record<string, string>; body?: string | Uint8Array };
}
type Next = (args: Args) => Promise<unknown>;
const THROTTLED = {
  statusCode: 400,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: Buffer.from('{"__type":"ProvisionedThroughputExceededException"}'),
};

/** Behind the client's own repeats, so that they take part. */
function throttle(client: DynamoDBClient): void {
  if (asked.has(client)) return;
  asked.set(client, new Map());
  const meets = (next: Next) => async (args: Args) => {
    const { headers, body = '' } = args.request;
    const text = `${headers['x-amz-target']} ${typeof body === 'string' ? body : Buffer.from(body).toString()}`;
    const isThrottled = isMet('throttled', text, timesAsked(client, text));
    return isThrottled ? { response: { ...THROTTLED } } : next(args);
  };
  client.middlewareStack.add(meets as never, { step: 'deserialize', priority: 'low', name: 'unkind' });
}

const { send } = DynamoDBClient.prototype;
const patched = async function (this: DynamoDBClient, command: Command, ...more: []): Promise<unknown> {
  throttle(this);
  const go = (input: Input) => {
    const one = Object.assign(Object.create(Object.getPrototypeOf(command)), command, { input });
    return Reflect.apply(send, this, [one, ...more]) as Promise<Answer>;
  };
  const { input } = command;
  const { name } = command.constructor;
  if (isPaged(name, input) && isMet('parts', name, input))
    return go({ ...input, Limit: Math.min(input.Limit ?? MOST, MOST) });
  if (!input.RequestItems || !isMet('parts', name, input.RequestItems)) return go(input);
  const [now, rest] = split(this, name, input.RequestItems);
  const left = { [name === 'BatchGetItemCommand' ? 'UnprocessedKeys' : 'UnprocessedItems']: rest };
  if (Object.keys(now).length === 0) return { $metadata: {}, Responses: {}, ...left };
  return { ...(await go({ ...input, RequestItems: now })), ...left };
};
DynamoDBClient.prototype.send = patched as never;
