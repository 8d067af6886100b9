import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { basename, dirname, extname, join } from 'node:path';
import { listen } from './rest-front.ts';

/** A function's answer to API Gateway. */
export interface LambdaAnswer {
  statusCode: number;
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  body: string;
  isBase64Encoded: boolean;
}

/** One instance of a function: its bundle under AWS's runtime client, with this environment and no other. */
export interface Lambda {
  /** One event at a time, as Lambda does it. @throws Error when the handler throws or the process ends. */
  invoke(event: unknown): Promise<LambdaAnswer>;
  /** Everything it wrote. */
  output(): string;
  /** Its lines of metrics, as CloudWatch finds them: those that hold `_aws` at their root. */
  metrics(): Record<string, unknown>[];
  stop(): void;
}

const RUNTIME = join(import.meta.dirname, 'runtime');
/** AWS's own client of Lambda's Runtime API, which `npm test` installs. */
const CLIENT = join(RUNTIME, 'node_modules/aws-lambda-ric/index.mjs');

/** Milliseconds that an invocation has. */
const TIME = 12_000;

/** Whether the client is here. Without it nothing that starts a bundle can run, which continuous integration takes for a fault. */
export function runtimeIsHere(): boolean {
  const here = existsSync(CLIENT);
  if (!here && process.env['CI'])
    throw new Error("AWS's runtime client is not installed: npm ci --prefix test/infra/runtime");
  if (!here)
    console.warn('skipped: npm ci --ignore-scripts --prefix test/infra/runtime brings what runs bundles');
  return here;
}

export interface LambdaOptions {
  /** Milliseconds that an invocation has; 12,000 unless said. */
  time?: number;
  /** For Node itself: a heap of the size that the function's memory gives. */
  node?: readonly string[];
}

/** @param code file of the bundle */
export async function startLambda(
  code: string,
  environment: Record<string, string>,
  { time = TIME, node = [] }: LambdaOptions = {},
): Promise<Lambda> {
  const api = runtimeApi(time);
  const url = new URL(await listen(api.server));
  const name = basename(code, extname(code));
  const child = spawn(process.execPath, [...node, '--require', join(RUNTIME, 'native-client.cjs'), CLIENT], {
    env: {
      // Variables that Lambda sets itself.
      AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: 'true',
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
      AWS_LAMBDA_LOG_GROUP_NAME: 'log',
      AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
      AWS_LAMBDA_RUNTIME_API: url.host,
      LAMBDA_TASK_ROOT: dirname(code),
      _HANDLER: `${name}.handler`,
      // The day of the test run, if it is another than the machine's.
      ...(process.env['NODE_OPTIONS'] && { NODE_OPTIONS: process.env['NODE_OPTIONS'] }),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (written += chunk));
  await Promise.race([
    api.ready,
    once(child, 'exit').then(() =>
      Promise.reject(new Error(`${code} did not start: ${written.slice(-400)}`)),
    ),
  ]);
  const ended = endOf(child, () => written.slice(-400));
  let last: Promise<unknown> = Promise.resolve();
  return {
    invoke(event) {
      const turn = last.then(() => Promise.race([api.invoke(event), ended]));
      last = turn.catch(() => {});
      return turn;
    },
    output: () => written,
    metrics: () => metricsIn(written),
    stop() {
      child.kill('SIGKILL');
      api.server.closeAllConnections();
      api.server.close();
    },
  };
}

function endOf(child: ChildProcess, written: () => string): Promise<never> {
  const ended = once(child, 'exit').then(() =>
    Promise.reject(new Error(`the function failed: process ended: ${written()}`)),
  );
  // It ends unnoticed where nothing is asked of it.
  ended.catch(() => {});
  return ended;
}

/** @returns events of the log from which CloudWatch takes metrics */
function metricsIn(output: string): Record<string, unknown>[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((event) => '_aws' in event);
}

interface Turn {
  event: string;
  resolve(answer: LambdaAnswer): void;
  reject(error: Error): void;
}

/** Lambda's Runtime API of one instance, as its documentation has it. */
function runtimeApi(time: number): {
  server: Server;
  ready: Promise<void>;
  invoke(event: unknown): Promise<LambdaAnswer>;
} {
  const turns = new Map<string, Turn>();
  const open: string[] = [];
  let waiting: ServerResponse | undefined;
  let count = 0;
  const started = Promise.withResolvers<void>();
  const give = () => {
    const id = waiting && open.shift();
    if (!waiting || id === undefined) return;
    waiting.writeHead(200, {
      'lambda-runtime-aws-request-id': id,
      'lambda-runtime-deadline-ms': String(Date.now() + time),
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-west-1:111122223333:function:test',
      'content-type': 'application/json',
    });
    waiting.end(turns.get(id)?.event);
    waiting = undefined;
  };
  // It leaves idle connections open: the client's one for answers would meet the end of an idle one as a fault of its process.
  const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [, id = '', what] = /\/runtime\/(?:invocation\/)?([\w-]+)\/?(\w*)$/.exec(request.url ?? '') ?? [];
    if (id === 'next') {
      waiting = response;
      started.resolve();
      return give();
    }
    const told = Buffer.concat(chunks).toString('utf8');
    response.writeHead(202).end();
    const turn = turns.get(id);
    turns.delete(id);
    if (what === 'response') turn?.resolve(JSON.parse(told || 'null'));
    else turn?.reject(new Error(`the function failed: ${JSON.parse(told).errorType}`));
  });
  return {
    server,
    ready: started.promise,
    invoke(event) {
      const id = `invocation-${++count}`;
      const { promise, resolve, reject } = Promise.withResolvers<LambdaAnswer>();
      turns.set(id, { event: JSON.stringify(event), resolve, reject });
      open.push(id);
      give();
      return promise;
    },
  };
}
