import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What a function gives back to API Gateway. */
export interface LambdaAnswer {
  statusCode: number;
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  body: string;
  isBase64Encoded: boolean;
}

/** One instance of a function: its bundle in a process of its own, with this environment and no other. */
export interface Lambda {
  /** One event at a time, as Lambda does it. @throws Error when the handler throws or the process ends. */
  invoke(event: unknown): Promise<LambdaAnswer>;
  /** Everything it wrote. */
  output(): string;
  stop(): void;
}

const RUNTIME = join(import.meta.dirname, 'lambda-runtime.cjs');

/** @param code file of the bundle */
export async function startLambda(code: string, environment: Record<string, string>): Promise<Lambda> {
  const child = fork(RUNTIME, [code], { env: environment, execArgv: [], silent: true });
  // Each invocation under way waits for an answer and for the end of the process.
  child.setMaxListeners(100);
  let written = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (written += chunk));
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() =>
      Promise.reject(new Error(`${code} did not start: ${written.slice(-400)}`)),
    ),
  ]);
  let last: Promise<unknown> = Promise.resolve();
  return {
    invoke(event) {
      const turn = last.then(() => invoke(child, event));
      last = turn.catch(() => {});
      return turn;
    },
    output: () => written,
    stop: () => void child.kill('SIGKILL'),
  };
}

let count = 0;

async function invoke(child: ChildProcess, event: unknown): Promise<LambdaAnswer> {
  const id = `invocation-${++count}`;
  child.send({ id, event });
  const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [{}])])) as [
    { answer?: LambdaAnswer; error?: string },
  ];
  if (message.answer === undefined)
    throw new Error(`the function failed: ${message.error ?? 'process ended'}`);
  return message.answer;
}
