/** One request to the sidecar: who may ask, what it says, and the answer as JSON, in lines, or as a problem. */

import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json as readJson } from 'node:stream/consumers';
import { type Fieldgate, FieldgateError } from '../../../shared/client/connect.ts';
import type { ProblemCode } from '../../../shared/errors.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import { texts } from '../messages/language.ts';
import { asJson, mistake } from '../terminal/failures.ts';
import { type Members, type Route, routeAt } from './routes.ts';

const { refused: t } = await texts('sidecar');

export interface Door {
  gate: Fieldgate;
  secret: string | undefined;
  /** Other machines may ask. */
  remote: boolean;
  /** What `GET /` and `GET /openapi.json` say. */
  pages: ReadonlyMap<string, object>;
  /** Ends when the sidecar is stopped. */
  stopping: AbortSignal;
}

export const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const BODY = 64 * 1024 * 1024;

export async function respond(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { route, given } = await read(door, request);
    if ('page' in route) return finish(response, 200, route.page);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, door.stopping]);
    if (route.lines) return await respondInLines(door.gate, route, given, response, signal);
    const write = () => Promise.resolve();
    finish(response, 200, await route.does({ gate: door.gate, signal, write }, given));
  } catch (error) {
    const { status, body, retryAfter } = asProblem(error);
    if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
    finish(response, status, body);
  }
}

/** The head leaves with the first line, so that what is refused before it has its status. */
async function respondInLines(
  gate: Fieldgate,
  route: Route,
  given: object,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  let done = 0;
  const line = async (value: object): Promise<void> => {
    if (!response.headersSent) head(response, 200, 'application/x-ndjson');
    if (!response.write(`${JSON.stringify(value)}\n`)) await once(response, 'drain', { signal });
  };
  const write = async (value: object): Promise<void> => {
    await line(value);
    done += 1;
  };
  try {
    await route.does({ gate, signal, write }, given);
    await line({ done });
  } catch (error) {
    if (!response.headersSent && !signal.aborted) throw error;
    // Without a last line the caller sees that the list was cut.
    if (!signal.aborted) await line({ problem: asProblem(error).body });
  }
  response.end();
}

async function read(
  { secret, remote, pages }: Door,
  request: IncomingMessage,
): Promise<{ route: Route | { page: object }; given: object }> {
  const { headers, method = '' } = request;
  // A web page in a local browser sends an Origin, or uses another host name (DNS rebinding).
  const named = remote || LOOPBACK.test((headers.host ?? '').replace(/:\d+$/, ''));
  if ((headers.origin ?? headers['sec-fetch-site']) !== undefined || !named)
    throw refusal(403, 'REFUSED', t.browser);
  if (secret !== undefined && !same(headers.authorization ?? '', `Bearer ${secret}`))
    throw refusal(401, 'TOKEN_INVALID', t.secret);
  const url = new URL(request.url ?? '/', 'http://sidecar');
  const page = method === 'GET' ? pages.get(url.pathname) : undefined;
  if (page) return { route: { page }, given: {} };
  const found = routeAt(method, url.pathname);
  if (!found) throw refusal(404, 'NOT_FOUND', t.route);
  const { route, id } = found;
  const said = method === 'GET' ? Object.fromEntries(url.searchParams) : await bodyOf(request, route.members);
  return { route, given: { ...checked(said, route.members), ...(id !== undefined && { id }) } };
}

/** An empty body stands for `{}` if no member is required. */
async function bodyOf(request: IncomingMessage, members: Members): Promise<unknown> {
  const { headers } = request;
  const needed = [...members.values()].some((type) => type.endsWith('!'));
  if (!needed && (headers['content-length'] ?? '0') === '0' && !headers['transfer-encoding']) return {};
  if (!/^application\/json\b/i.test(headers['content-type'] ?? ''))
    throw refusal(415, 'UNSUPPORTED_MEDIA_TYPE', t.type);
  if (!(Number(headers['content-length']) <= BODY)) throw refusal(413, 'TOO_LARGE', t.large);
  return readJson(request).catch(() => undefined);
}

/** @throws FieldgateError that names members that are missing, unknown or of another type */
function checked(given: unknown, members: Members): object {
  if (typeOf(given) !== 'object') throw refusal(400, 'INVALID_JSON', t.object);
  const missing = [...members].flatMap(([name, type]) =>
    type.endsWith('!') && !Object.hasOwn(given as object, name) ? [t.missing(name)] : [],
  );
  const wrong = Object.entries(given as object).flatMap(([name, value]) => faultOf(name, value, members));
  if (missing.length + wrong.length === 0) return given as object;
  const all = [...members].map(([name, type]) => `${name} (${type})`).join(', ');
  const faults = [...new Set([...missing, ...wrong])].join(' ');
  throw refusal(400, 'INVALID_REQUEST', `${faults} ${all === '' ? t.noMembers : t.members(all)}`);
}

/** A name that is not of the route is not repeated: it could be a value. */
function faultOf(name: string, value: unknown, members: Members): string[] {
  const type = members.get(name)?.replace('!', '');
  if (type !== undefined) return type === typeOf(value) ? [] : [t.wrongType(name, type)];
  const nearest = nearestOf(name, members.keys());
  return [nearest === null ? t.unknown : t.near(nearest)];
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
}

function refusal(status: number, code: ProblemCode, detail: string): FieldgateError {
  return new FieldgateError(code, detail, { status });
}

interface Failure {
  status: number;
  body: object;
  retryAfter?: number | undefined;
}

function asProblem(error: unknown): Failure {
  if (error instanceof RangeError)
    return { status: 400, body: problem(400, 'INVALID_REQUEST', mistake(error.message)) };
  if (!(error instanceof FieldgateError)) return { status: 500, body: { status: 500, code: 'INTERNAL' } };
  // Nothing failed: a request to the owners was filed instead, and its id collects the fields later.
  if (error.code === 'APPROVAL_PENDING' && error.filed) return { status: 202, body: error.filed };
  // A 401 with a request id comes from the gateway: it is about the sidecar's token, not about the caller,
  // or about the login of the person.
  const ours = error.status === 401 && error.requestId !== undefined && error.code !== 'STEP_UP_REQUIRED';
  const status = error.status === null || error.status < 400 || ours ? 502 : error.status;
  return { status, body: { ...asJson(error), status }, retryAfter: error.retryAfter };
}

function problem(status: number, code: ProblemCode, message: string): object {
  return asJson(refusal(status, code, message));
}

function finish(response: ServerResponse, status: number, body: unknown): void {
  head(response, status, status < 300 ? 'application/json' : 'application/problem+json');
  response.end(JSON.stringify(body));
}

function head(response: ServerResponse, status: number, type: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
}

function same(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(one, other);
}
