/**
 * Injected faults between an SDK client and its service, so that the client's own retries and typed errors
 * take part. One fault affects one attempt: a call that the SDK tries three times needs three faults.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import { Hono } from 'hono';
import * as v from 'valibot';
import { view } from '../../../shared/bytes.ts';

const fault = v.strictObject({
  service: v.picklist(['kms', 'store', 'log']),
  kind: v.picklist(['throttle', 'error', 'timeout', 'lost-answer']),
  times: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000)),
  /** API operation, such as `Decrypt` or `PutItem`; absent: any. */
  operation: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z]{1,64}$/))),
  /** Name of the table, for `store`; absent: any. */
  table: v.optional(v.pipe(v.string(), v.regex(/^[\w.-]{1,255}$/))),
});

export type Fault = v.InferOutput<typeof fault>;
type Service = Fault['service'];
type Kind = Fault['kind'];

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** Uses up one fault for this attempt. */
  take(service: Service, operation: string, isOn?: (table: string) => boolean): Kind | undefined;
  list(): readonly Fault[];
  /** Whether nothing asks about calls: no fault is set, and `take` is the own one. */
  idle(): boolean;
}

export function faultList(): Faults {
  let faults: Fault[] = [];
  const all: Faults = {
    add(one) {
      faults.push({ ...one });
    },
    clear() {
      faults = [];
    },
    take(service, operation, isOn = () => false) {
      const hit = faults.find(
        (one) =>
          one.service === service &&
          (one.operation === undefined || one.operation === operation) &&
          (one.table === undefined || isOn(one.table)),
      );
      if (!hit) return undefined;
      hit.times -= 1;
      if (hit.times === 0) faults = faults.filter((one) => one !== hit);
      return hit.kind;
    },
    list: () => faults,
    idle: () => faults.length === 0 && all.take === take,
  };
  const { take } = all;
  return all;
}

/** `POST` and `DELETE /_local/faults`. Mounted only if the gateway was started with `--faults`. */
export function faultsApp(faults: Faults): Hono {
  const app = new Hono();
  app.post('/_local/faults', async (c) => {
    const parsed = v.safeParse(fault, await c.req.json().catch(() => undefined));
    if (!parsed.success) return c.json({ error: 'expected {service, kind, times, operation?, table?}' }, 400);
    faults.add(parsed.output);
    return c.json({ faults: faults.list() }, 201);
  });
  app.delete('/_local/faults', (c) => {
    faults.clear();
    return c.body(null, 204);
  });
  return app;
}

/** The answers of each service for `error` and `throttle`. */
const ANSWERS = {
  kms: {
    throttle: [400, 'ThrottlingException'],
    error: [500, 'KMSInternalException'],
  },
  dynamo: {
    throttle: [400, 'ProvisionedThroughputExceededException'],
    error: [500, 'InternalServerError'],
  },
} as const;

/**
 * Adds faults to a client, directly before its request handler.
 * @param logTable name of the table whose faults are called `log`; the other tables are `store`.
 */
export function injectFaults<Client extends KMSClient | DynamoDBClient>(
  client: Client,
  faults: Faults,
  logTable?: string,
): Client {
  const stack = client.middlewareStack as unknown as {
    add(middleware: (next: Next) => Next, options: Record<string, unknown>): void;
  };
  const dynamo = logTable !== undefined;
  const middleware = (next: Next): Next => {
    return async (args) => {
      // What a call is about is read only if something asks.
      if (faults.idle()) return next(args);
      // Each call may read the mode first, by the clock: it would use up what is meant for the call.
      if (dynamo && touches(args.request.body, MODE_TABLE)) return next(args);
      const operation = (args.request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
      const service = !dynamo ? 'kms' : touches(args.request.body, logTable) ? 'log' : 'store';
      const kind = faults.take(service, operation, (table) => dynamo && touches(args.request.body, table));
      if (kind === undefined) return next(args);
      if (kind === 'lost-answer') await next(args);
      if (kind === 'lost-answer' || kind === 'timeout') {
        throw Object.assign(new Error(`injected ${kind}`), { name: 'TimeoutError' });
      }
      const [statusCode, type] = ANSWERS[dynamo ? 'dynamo' : 'kms'][kind];
      const body = Buffer.from(JSON.stringify({ __type: type, message: 'injected' }));
      return { response: { statusCode, headers: { 'content-type': 'application/x-amz-json-1.1' }, body } };
    };
  };
  // In the last step, so that its result is parsed like an answer of the service.
  stack.add(middleware, { step: 'deserialize', priority: 'low', name: 'localFaults', override: true });
  return client;
}

type Next = (args: { request: { headers: Record<string, string>; body?: unknown } }) => Promise<unknown>;

const MODE_TABLE = 'fieldgate-mode';

/** Whether the request names this table, alone or in a batch. */
function touches(body: unknown, table: string): boolean {
  const json = body instanceof Uint8Array ? view(body).toString() : String(body);
  // Most requests name another table, and few are read whole.
  if (!json.includes(table)) return false;
  const { TableName, RequestItems } = JSON.parse(json) as { TableName?: string; RequestItems?: object };
  return TableName === table || (RequestItems !== undefined && Object.hasOwn(RequestItems, table));
}
