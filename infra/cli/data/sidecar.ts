/** `fieldgate sidecar`: the client behind plain JSON over HTTP, for local programs in any language. */

import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json as readJson } from 'node:stream/consumers';
import { InvalidArgumentError, Option } from 'commander';
import { type Fieldgate, FieldgateError } from '../../../shared/client/connect.ts';
import type { ProblemCode } from '../../../shared/errors.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open } from '../common.ts';
import { texts } from '../messages/language.ts';
import { asJson, UsageError } from '../terminal/failures.ts';

const { sidecar: t } = await texts('data');
const { commands: about } = await texts('program');

// biome-ignore lint/suspicious/noExplicitAny: `checked` compared the values with the route's members
type Does = (gate: Fieldgate, given: any) => Promise<unknown>;
/** Member → type; `!` marks required members. */
type Members = ReadonlyMap<string, string>;

const WHY = 'case:string officer:string reason:string signed:boolean';
const ASK = 'purpose:string! subjects:array! fields:array compare:object context:object collection:string';
const LOG = 'from:string to:string agency:string purpose:string ref:string officer:string outcome:string';

const ROUTES: ReadonlyMap<string, readonly [members: Members, does: Does]> = new Map([
  route(
    'POST /intake',
    'records:array! collection:string ifAbsent:string dryRun:boolean idempotencyKey:string',
    (gate, { records, ...options }) => gate.intake(records, options),
  ),
  route('POST /release', `${ASK} sealed:boolean ${WHY}`, (gate, request) => gate.release(request)),
  route('POST /verify', `programme:string! subject:object! purpose:string! ${WHY}`, (gate, request) =>
    gate.verify(request),
  ),
  route('POST /receipt', 'receipt:object! wait:number', (gate, { receipt, ...options }) =>
    gate.checkReceipt(receipt, options),
  ),
  route('GET /log', `${LOG} kind:string limit:string cursor:string`, (gate, { cursor, ...filters }) =>
    gate.logPage(filters, cursor),
  ),
  route('GET /whoami', 'officer:string', (gate, of) => gate.whoami(of)),
]);

function route(name: string, members: string, does: Does) {
  const pairs = [...members.matchAll(/(\w+):(\S+)/g)].map(([, key = '', type = '']) => [key, type] as const);
  return [name, [new Map(pairs), does]] as const;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const BODY = 64 * 1024 * 1024;

const STANDARD = '127.0.0.1:8790';

export function registerSidecar(program: Command): void {
  program
    .command('sidecar')
    .description(about.sidecar)
    .addOption(
      new Option('--listen <host:port>', t.listen).argParser(listenAt).default(listenAt(STANDARD), STANDARD),
    )
    .option('--allow-remote', t.remote)
    .addHelpText('after', t.routes([...ROUTES.keys()].join(', ')))
    .runs<SidecarOptions>(serve);
}

interface SidecarOptions {
  listen: { host: string; port: number };
  allowRemote?: boolean;
}

async function serve(options: GlobalOptions & SidecarOptions): Promise<void> {
  const { host, port } = options.listen;
  const secret = process.env['FIELDGATE_SIDECAR_SECRET'];
  if (secret !== undefined && secret.length < 32) throw new UsageError(t.shortSecret);
  const remote = !LOOPBACK.test(host);
  if (remote && !(options.allowRemote && secret)) throw new UsageError(t.needsSecret(host));
  const { gate, clientId } = await open(options);
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(gate, request, secret, remote).catch(asProblem);
    const type = status === 200 ? 'application/json' : 'application/problem+json';
    response
      .writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
      .end(JSON.stringify(body));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => reject(new UsageError(t.unusable(host, port))));
    server.listen(port, host.replace(/[[\]]/g, ''), resolve);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close());
  process.stderr.write(t.on(clientId, host, (server.address() as AddressInfo).port));
  await new Promise((resolve) => server.once('close', resolve));
}

async function answer(gate: Fieldgate, request: IncomingMessage, secret?: string, remote = false) {
  const { headers, method } = request;
  // A web page in a local browser sends an Origin, or uses another host name (DNS rebinding).
  const named = remote || LOOPBACK.test((headers.host ?? '').replace(/:\d+$/, ''));
  if ((headers.origin ?? headers['sec-fetch-site']) !== undefined || !named)
    throw refusal(403, 'REFUSED', 'Browsers are refused.');
  if (secret !== undefined && !same(headers.authorization ?? '', `Bearer ${secret}`))
    throw refusal(401, 'TOKEN_INVALID', 'The secret of the sidecar is missing or wrong.');
  const url = new URL(request.url ?? '/', 'http://sidecar');
  const [members, does] = ROUTES.get(`${method} ${url.pathname}`) ?? [];
  if (!members || !does) throw refusal(404, 'NOT_FOUND', 'There is no such route.');
  if (method === 'GET')
    return { status: 200, body: await does(gate, checked(Object.fromEntries(url.searchParams), members)) };
  if (!/^application\/json\b/i.test(headers['content-type'] ?? ''))
    throw refusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'The body must be application/json.');
  if (!(Number(headers['content-length']) <= BODY))
    throw refusal(413, 'TOO_LARGE', 'The body needs a Content-Length of at most 64 MB.');
  const given: unknown = await readJson(request).catch(() => undefined);
  return { status: 200, body: await does(gate, checked(given, members)) };
}

/** @throws FieldgateError that names members that are missing, unknown or of another type */
function checked(given: unknown, members: Members): object {
  if (typeOf(given) !== 'object') throw refusal(400, 'INVALID_JSON', 'The body must be a JSON object.');
  const fits = Object.entries(given as object).every(
    ([name, value]) => members.get(name)?.replace('!', '') === typeOf(value),
  );
  const missing = [...members].some(
    ([name, type]) => type.endsWith('!') && !Object.hasOwn(given as object, name),
  );
  if (fits && !missing) return given as object;
  const all = [...members].map(([name, type]) => `${name} (${type})`).join(', ');
  throw refusal(400, 'INVALID_REQUEST', `The members are: ${all}.`);
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
}

function refusal(status: number, code: ProblemCode, detail: string): FieldgateError {
  return new FieldgateError(code, detail, { status });
}

function asProblem(error: unknown): { status: number; body: object } {
  if (!(error instanceof FieldgateError)) return { status: 500, body: { status: 500, code: 'INTERNAL' } };
  // A 401 with a request id comes from the gateway: it is about the sidecar's token, not about the caller.
  const ours = error.status === 401 && error.requestId !== undefined;
  const status = error.status === null || error.status < 400 || ours ? 502 : error.status;
  return { status, body: { ...asJson(error), status } };
}

function same(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(one, other);
}

function listenAt(text: string): { host: string; port: number } {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (host === '' || Number(port) > 65_535) throw new InvalidArgumentError(t.badListen);
  return { host, port: Number(port) };
}
