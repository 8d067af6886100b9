/** Sidecars of a test's folder, and calls to them as a program in another language would make them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll } from 'vitest';

const CLI = resolve('infra/cli/fieldgate.ts');

export interface Sidecar {
  url: string;
  child: ChildProcess;
}

const running: ChildProcess[] = [];
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** A process that says where it listens. */
export async function listening(command: string[], cwd: string, env: object = {}): Promise<Sidecar> {
  const [program = '', ...args] = command;
  const stdio: ['ignore', 'ignore', 'pipe'] = ['ignore', 'ignore', 'pipe'];
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio });
  running.push(child);
  let said = '';
  for await (const chunk of child.stderr) {
    said += chunk;
    const url = /http:\/\/\S+/.exec(said)?.[0];
    if (url) return { url, child };
  }
  throw new Error(said);
}

export const commandOf = (clientId: string, args: string[] = []) => [
  process.execPath,
  ...[CLI, 'sidecar', '--as', clientId, '--listen', '127.0.0.1:0', ...args],
];

export const startSidecar = (folder: string, clientId: string, args: string[] = [], env: object = {}) =>
  listening(commandOf(clientId, args), folder, env);

export async function ask(base: string, method: string, path: string, body?: unknown, headers: object = {}) {
  const sent = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const type = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) };
  const call = request(base + path, { method, headers: { ...(method === 'POST' && type), ...headers } });
  call.end(sent);
  const [response] = await once(call, 'response');
  const answer = await text(response);
  const lines = answer.split('\n').filter((line) => line !== '');
  const json = lines.length === 1 ? JSON.parse(answer) : lines.map((line) => JSON.parse(line));
  return {
    status: response.statusCode,
    type: response.headers['content-type'],
    headers: response.headers,
    json,
  };
}
