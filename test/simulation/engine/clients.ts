/** The clients of AWS services, whose calls wait for the schedule and may be looked at where they arrive. */
import { view } from '../../../shared/bytes.ts';
import { outside } from './calls.ts';
import { type Running, running } from './clock.ts';

export type Service = 'kms' | 'dynamo' | 's3';

/** A call that arrives at its service. */
export interface Arrival {
  service: Service;
  target: string;
  /** The parsed body; empty for S3. */
  input: Record<string, unknown>;
  by: Running | null;
}

/** Performs an arrival, and may look at the service before and after. */
export type Around = (arrival: Arrival, perform: () => Promise<unknown>) => Promise<unknown>;

interface Args {
  request: { headers: Record<string, string>; method?: string; path?: string; body?: string | Uint8Array };
}
type Next = (args: Args) => Promise<unknown>;
interface Stack {
  add(middleware: (next: Next) => Next, options: object): void;
}

/** Puts a client's calls under the schedule, directly before its service. Its own repeats and errors take part. */
export function underSchedule<C extends { middlewareStack: unknown }>(
  client: C,
  service: Service,
  around: Around = (_, perform) => perform(),
): C {
  const middleware = (next: Next): Next => {
    return async (args) => {
      const { headers, method, path, body } = args.request;
      const target = headers['x-amz-target']?.split('.')[1] ?? `${method} ${path}`;
      const input = service === 's3' ? {} : inputOf(body);
      // Read by the clock and within other calls, so it takes no turn of theirs: plans stay what they were without it.
      if (tablesIn(input)[0] === 'mode') return next(args);
      const by = running.getStore() ?? null;
      return outside({
        name: [service, target, ...tablesIn(input)].join(' '),
        refuse: (kind) => REFUSE[service](kind),
        arrive: () => around({ service, target, input, by }, () => next(args)),
      });
    };
  };
  (client.middlewareStack as Stack).add(middleware, {
    step: 'deserialize',
    priority: 'low',
    name: 'simulated',
  });
  return client;
}

function inputOf(body: string | Uint8Array = '{}'): Record<string, unknown> {
  return JSON.parse(typeof body === 'string' ? body : view(body).toString());
}

/** Short names of the tables that a call of DynamoDB is about. */
export function tablesIn({ TableName, RequestItems }: Record<string, unknown>): string[] {
  const names = typeof TableName === 'string' ? [TableName] : Object.keys(RequestItems ?? {});
  return names.map((name) => name.replace('fieldgate-', ''));
}

const json = (statusCode: number, __type: string) => ({
  response: {
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: Buffer.from(JSON.stringify({ __type, message: 'simulated' })),
  },
});

const REFUSE = {
  kms: (kind: string) =>
    kind === 'throttle' ? json(400, 'ThrottlingException') : json(500, 'KMSInternalException'),
  dynamo: (kind: string) =>
    kind === 'throttle'
      ? json(400, 'ProvisionedThroughputExceededException')
      : json(500, 'InternalServerError'),
  s3: (kind: string): object => {
    const code = kind === 'throttle' ? 'SlowDown' : 'InternalError';
    const body = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`);
    return {
      response: {
        statusCode: kind === 'throttle' ? 503 : 500,
        headers: { 'content-type': 'application/xml' },
        body,
      },
    };
  },
};
