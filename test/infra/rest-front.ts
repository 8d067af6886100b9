/**
 * API Gateway in small: takes HTTP, finds the function by the stack's routes, and hands it the event that
 * a REST API sends, made from a recorded one.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { ROUTES } from '../../infra/aws/routes.ts';
import type { Lambda, LambdaAnswer } from './lambda-process.ts';
import recorded from './rest-event.json' with { type: 'json' };

export type Invoke = (name: string, event: unknown) => ReturnType<Lambda['invoke']>;

/** Listens on a free port of the loopback address. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What Lambda answers to API Gateway if all instances that a function may have are busy. */
export class TooManyRequestsException extends Error {}

/** An answer of API Gateway itself, as the stack's document has it. */
export interface OwnAnswer {
  statusCode: string;
  responseTemplates: { 'application/json'?: string };
  responseParameters: Readonly<Record<string, string>>;
}

/** @param own answers by API Gateway's names of them; without the one that is needed, its 502 */
export function restFront(invoke: Invoke, own: Readonly<Record<string, OwnAnswer>> = {}): Server {
  return createServer((request, response) => {
    forward(invoke, request, response).catch((error) => {
      const answer = error instanceof TooManyRequestsException ? own['INTEGRATION_FAILURE'] : undefined;
      if (answer) return void sendOwn(answer, response);
      console.error(error);
      response.writeHead(502).end();
    });
  });
}

function sendOwn(
  { statusCode, responseTemplates, responseParameters }: OwnAnswer,
  response: ServerResponse,
): void {
  const headers = Object.entries(responseParameters).map(
    ([name, value]) =>
      [name.replace('gatewayresponse.header.', ''), value.replace(/^'(.*)'$/, '$1')] as const,
  );
  response.writeHead(Number(statusCode), Object.fromEntries(headers));
  response.end(responseTemplates['application/json']);
}

async function forward(invoke: Invoke, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const route = find(url.pathname);
  if (!route) return void response.writeHead(404).end();
  const answer = await invoke(route.name, eventOf(request, url, route, await buffer(request)));
  response.writeHead(answer.statusCode, headersOf(answer));
  response.end(Buffer.from(answer.body, answer.isBase64Encoded ? 'base64' : 'utf8'));
}

interface Found {
  name: string;
  resource: string;
  parameters: Record<string, string> | null;
}

function find(path: string): Found | null {
  for (const [name, paths] of Object.entries(ROUTES)) {
    for (const resource of paths) {
      const pattern = resource
        .replaceAll('.', '\\.')
        .replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')
        .replace(/\{(\w+)\+\}/g, '(?<$1>.+)');
      const match = new RegExp(`^${pattern}$`).exec(path);
      if (match) return { name, resource, parameters: match.groups ? { ...match.groups } : null };
    }
  }
  return null;
}

/** Bodies come in base64, since the stack takes every media type as binary, and headers both once and as lists. */
function eventOf(request: IncomingMessage, url: URL, { resource, parameters }: Found, body: Buffer) {
  const lists = Object.entries(request.headersDistinct) as [string, string[]][];
  const query = [...new Set(url.searchParams.keys())].map(
    (key) => [key, url.searchParams.getAll(key)] as const,
  );
  return {
    ...recorded,
    resource,
    path: url.pathname,
    httpMethod: request.method,
    headers: Object.fromEntries(lists.map(([name, all]) => [name, all.at(-1)])),
    multiValueHeaders: Object.fromEntries(lists),
    queryStringParameters: query.length ? Object.fromEntries(query.map(([k, all]) => [k, all.at(-1)])) : null,
    multiValueQueryStringParameters: query.length ? Object.fromEntries(query) : null,
    pathParameters: parameters,
    requestContext: {
      ...recorded.requestContext,
      httpMethod: request.method,
      path: `/v${url.pathname}`,
      resourcePath: resource,
      stage: 'v',
    },
    body: body.length > 0 ? body.toString('base64') : null,
    isBase64Encoded: body.length > 0,
  };
}

function headersOf({
  headers = {},
  multiValueHeaders = {},
}: LambdaAnswer): Record<string, string | string[]> {
  const all = { ...headers, ...multiValueHeaders };
  // API Gateway gives this header another name.
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [
      /^www-authenticate$/i.test(name) ? 'x-amzn-remapped-www-authenticate' : name,
      value,
    ]),
  );
}
