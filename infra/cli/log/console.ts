/**
 * `fieldgate console`: the console from this machine. Its pages come from the installed package, not from the gateway that
 * they check; what they ask is passed on to the gateway, behind IAM as an office's role, because no browser signs a request.
 */

import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { fileURLToPath } from 'node:url';
import { type Files, readFiles, sent } from '../../../shared/served.ts';
import type { Command } from '../command.ts';
import type { GlobalOptions } from '../common.ts';
import { iamFetch } from '../identity/iam-fetch.ts';
import { presentCertificate } from '../identity/own-certificate.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { localGateway } from './where.ts';

const { relay: t } = await texts('log');
const { attest } = await texts('verify');

/** The issuers of people know `http://localhost:8791/console/`. */
const PORT = '8791';

export function registerConsole(program: Command): void {
  program
    .command('console')
    .option('--port <number>', t.port, PORT)
    .option('--iam <region>', attest.iam)
    .runs<RelayOptions>(serve);
}

type RelayOptions = GlobalOptions & { port: string; iam?: string };

async function serve(options: RelayOptions): Promise<void> {
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new UsageError(t.badPort);
  const { iam, as: office } = options;
  if (iam !== undefined && office === undefined) throw new UsageError(t.noOffice);
  const gateway = (options.url ?? localGateway()).replace(/\/$/, '');
  presentCertificate(gateway, options);
  const folder = builtFolder();
  const relay: Relay = {
    gateway,
    files: readFiles(folder),
    origin: new URL(`http://localhost:${port}`).origin,
    ask: iam === undefined || office === undefined ? fetch : ofOffice(office, iamFetch(iam)),
  };
  const servers = await listenAt(port, (request, response) => void answer(relay, request, response));
  const digest = readFileSync(`${folder}/build.json.sha256`, 'utf8').slice(0, 16);
  process.stderr.write(t.on(`${relay.origin}/console/`, gateway, digest));
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
}

/** All of `localhost`: at an address left free, another user of this machine could answer with pages of their own. */
const ADDRESSES = ['127.0.0.1', '::1'];
/** Errors of a machine without IPv6. */
const ABSENT: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** @throws UsageError if another program listens there */
async function listenAt(port: number, work: RequestListener): Promise<Server[]> {
  const servers: Server[] = [];
  for (const address of ADDRESSES) {
    const server = createServer(work);
    const fault = await new Promise<string | null>((resolve) => {
      server.once('error', ({ code = '' }: NodeJS.ErrnoException) => resolve(code));
      server.listen(port, address, () => resolve(null));
    });
    if (fault === null) servers.push(server);
    else if (!ABSENT.has(fault)) {
      for (const other of servers) other.close();
      throw new UsageError(t.unusable(port));
    }
  }
  return servers;
}

/** Next to the bundle of the package, or as built in the sources. */
function builtFolder(): string {
  const found = ['./console/', '../../../dist/console/']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(`${path}build.json`));
  if (found === undefined) throw new UsageError(t.notBuilt);
  return found;
}

interface Relay {
  gateway: string;
  files: Files;
  origin: string;
  ask: typeof fetch;
}

/** The person's token goes in a header of its own: the signature of the office's role is in `Authorization`. */
function ofOffice(office: string, ask: typeof fetch): typeof fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers);
    const token = /^DPoP +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
    headers.delete('authorization');
    headers.set('x-fieldgate-client', office);
    headers.set('x-fieldgate-nonce', randomUUID());
    if (token !== undefined) headers.set('x-fieldgate-person', token);
    return ask(input, { ...init, headers });
  };
}

const PASSED_ON = /^\/(v1|log|oauth|\.well-known)\//;
/** Headers of a request and of an answer that pass. Cookies don't. */
const ASKED = [
  ...['accept', 'accept-language', 'authorization', 'cache-control', 'content-type', 'dpop'],
  ...['idempotency-key', 'if-none-match'],
];
const ANSWERED = [
  ...['cache-control', 'content-type', 'date', 'dpop-nonce', 'etag', 'retry-after'],
  ...['www-authenticate', 'x-request-id'],
];
/** What a gateway answers is data, also to a browser that was led to its address: a page of it would read what this origin keeps. */
const DATA = {
  'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};
const MOST = 16 * 1024 * 1024;
const PATIENCE = 60_000;

async function answer(relay: Relay, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { pathname, search } = new URL(request.url ?? '/', relay.origin);
    // A page of another site may name this machine in its address, but not this origin in its headers.
    if (`http://${request.headers.host}` !== relay.origin || isForeign(relay, request))
      return finish(response, 403);
    if (pathname === '/' || pathname === '/console')
      return finish(response, 308, { location: `${relay.origin}/console/` });
    if (pathname.startsWith('/console/')) return sendFile(relay, pathname, request, response);
    if (!PASSED_ON.test(pathname)) return finish(response, 404);
    await passOn(relay, pathname + search, request, response);
  } catch {
    if (response.headersSent) response.destroy();
    else finish(response, 502);
  }
}

function isForeign({ origin }: Relay, { headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  const navigates = headers['sec-fetch-mode'] === 'navigate';
  const other = headers.origin !== undefined && headers.origin !== origin;
  return other || (!navigates && (site === 'cross-site' || site === 'same-site'));
}

function sendFile({ files }: Relay, path: string, { headers }: IncomingMessage, response: ServerResponse) {
  const file = files.get(path.replace(/^\/console\//, '') || 'index.html');
  if (!file) return finish(response, 404);
  const answer = sent(file, {
    ifNoneMatch: headers['if-none-match'],
    acceptEncoding: String(headers['accept-encoding'] ?? ''),
  });
  finish(response, answer.status, { ...answer.headers, 'x-content-type-options': 'nosniff' }, answer.body);
}

async function passOn(
  { gateway, ask }: Relay,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { method = 'GET' } = request;
  const body = method === 'GET' || method === 'HEAD' ? null : await bodyOf(request);
  const headers = new Headers();
  for (const name of ASKED) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, String(value));
  }
  const answer = await ask(gateway + path, {
    ...{ method, headers, body: body && new Uint8Array(body), redirect: 'manual' as const },
    signal: AbortSignal.timeout(PATIENCE),
  });
  const given = ANSWERED.flatMap((name) => {
    const value = answer.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  finish(response, answer.status, { ...Object.fromEntries(given), ...DATA }, bytes);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MOST) throw new RangeError('too long');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function finish(
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
  body: Uint8Array | null = null,
): void {
  response.writeHead(status, headers);
  response.end(body ?? undefined);
}
