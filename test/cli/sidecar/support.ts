/** Sidecars of a test's folder, and calls to them as a program in another language would make them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll } from 'vitest';
import { describe as description } from '../../../infra/cli/sidecar/openapi.ts';
import { routeAt } from '../../../infra/cli/sidecar/routes.ts';

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
  if (response.statusCode === 200)
    hasItsForm(
      method,
      path,
      lines.map((line) => JSON.parse(line)),
    );
  return {
    status: response.statusCode,
    type: response.headers['content-type'],
    headers: response.headers,
    json,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a document is looked into
const document = description() as any;
const ajv = new Ajv2020({ strict: false, validateFormats: false });

/** @throws Error if an answer has not the form that the sidecar's own description says */
function hasItsForm(method: string, path: string, answers: unknown[]): void {
  const { pathname } = new URL(path, 'http://sidecar');
  const { route } = routeAt(method, pathname) ?? {};
  // Under the gateway's own path its own document describes the answer.
  if (!route || pathname.startsWith('/v1/')) return;
  const { content } = document.paths[route.path][method.toLowerCase()].responses[200];
  const [{ schema }] = Object.values(content) as [{ schema: object }];
  for (const answer of answers as object[]) {
    if (route.lines && ('done' in answer || 'problem' in answer)) continue;
    if (!ajv.validate(schema, answer)) throw new Error(`${method} ${path}: ${ajv.errorsText()}`);
  }
}
