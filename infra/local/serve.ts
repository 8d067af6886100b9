/** The one port of the local gateway: connections, admission, and the functions behind them. */

import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { httpTexts } from '../../shared/messages/http.ts';
import { texts } from '../cli/messages/language.ts';
import { type Behind, openAdmission, turnAway } from './admission/admission.ts';
import { CHECKED, limitConnections, onePerConnection } from './admission/connections.ts';
import type { Limits } from './admission/lanes.ts';
import { isByForeignName, isByForeignPage } from './admission/own-pages.ts';
import { StartError } from './files.ts';
import { answerBroken, answerForeign, answerUnreadable, readRest } from './sample/broken-requests.ts';

const { start: t } = await texts('local');

interface Served extends Behind {
  port: number;
  limits: Limits;
  /** The gateway's clock, in epoch milliseconds. Clients correct theirs by the `Date` of its answers. */
  now(): number;
  /** Host names by which it is called, apart from those of loopback. */
  names?: ReadonlySet<string>;
  app(request: Request, env: object): Response | Promise<Response>;
  /** Answers at the addresses of files, which stand for a bucket. */
  files?(request: Request): Promise<Response>;
  /** The issuer of people, once it is open. */
  people(): RequestListener | null;
}

export interface Named {
  /** The address of a server in front of it, such as one that ends TLS. */
  publicUrl?: string;
  /** Other host names by which it is called. */
  hosts?: readonly string[];
}

/** The host names by which the gateway is called, apart from those of loopback. */
export function namesOf({ hosts = [], publicUrl }: Named): ReadonlySet<string> {
  return new Set([...hosts, ...(publicUrl ? [new URL(publicUrl).hostname] : [])]);
}

/** Path of the addresses of files. */
export const FILES = '/files/';

/** @throws StartError if the port can't be used */
export async function serve({ port, limits, now, names = new Set(), app, files, people, ...behind }: Served) {
  const admission = openAdmission(limits, behind);
  const answer = async (request: Request, env: { incoming: IncomingMessage }) => {
    const response = await admission.run(env.incoming, () => app(request, env));
    await readRest(env.incoming);
    return response;
  };
  const functions = getRequestListener(
    (request, env) => answer(request, env as { incoming: IncomingMessage }),
    { overrideGlobalObjects: false, errorHandler: answerUnreadable },
  );
  const objects = files && getRequestListener(files, { overrideGlobalObjects: false });
  const drain = openDrain();
  const early = onePerConnection();
  const listener: RequestListener = (request, response) => {
    drain.serves(response);
    response.setHeader('date', new Date(now()).toUTCString());
    if (tooMany(request) || early(request, response)) return turnAway(response, { connection: 'close' });
    if (isByForeignName(request, names)) return answerForeign(response, httpTexts.foreignName);
    if (isByForeignPage(request, names)) return answerForeign(response, httpTexts.foreignPage);
    if (objects && request.url?.startsWith(FILES)) return void objects(request, response);
    const issuer = people();
    if (!issuer || !/^\/people(\/|$|\?)/.test(request.url ?? ''))
      return admission.refuses(request) ? turnAway(response) : void functions(request, response);
    response.setHeader('x-request-id', randomUUID());
    issuer(request, response);
  };
  const server = createServer({ requireHostHeader: false, connectionsCheckingInterval: CHECKED }, listener);
  const tooMany = limitConnections(server);
  server.on('clientError', answerBroken).on('checkExpectation', listener);
  const url = await listen(server, port);
  const close = async () => {
    drain.begin();
    await stop(server);
    admission.close();
  };
  return { url, stop: close };
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const busy = error.code === 'EADDRINUSE';
      reject(new StartError(busy ? t.portInUse(port) : t.portUnusable(port, error.code)));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Once it begins, each answer ends its connection and says so: a caller who keeps it sends nothing more on it. */
function openDrain() {
  const open = new Set<ServerResponse>();
  let begun = false;
  const last = (response: ServerResponse) => {
    if (!response.headersSent) response.setHeader('connection', 'close');
  };
  return {
    serves(response: ServerResponse) {
      if (begun) return last(response);
      open.add(response);
      response.once('close', () => open.delete(response));
    },
    begin() {
      begun = true;
      open.forEach(last);
    },
  };
}

/** Milliseconds for running requests before their connections are cut. */
const GRACE = 5000;

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), GRACE);
  await closed;
  clearTimeout(cut);
}
