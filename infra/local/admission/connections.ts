/** Limits of connections: their number, how long a sender or a reader may take, and one request at a time. */

import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** Connections of which each request is answered. A connection above it learns that it is one too many. */
const ANSWERED = 10_000;
/** Connections above those, before further ones are closed without an answer. */
const TOLD = 500;
/** Part of the descriptors of this process that connections may use. The store and the log need some. */
const PART = 0.75;

/** Milliseconds for a request's headers, for all of it, and between two requests. */
const HEADERS = 10_000;
const REQUEST = 30_000;
const KEPT = 5_000;
/** Milliseconds in which nothing was sent or read: a caller that does not read its answer keeps it in memory no longer. */
const STALLED = 60_000;
/** Milliseconds between looks for those that took too long. */
export const CHECKED = 2_000;

/** @returns whether the connection of a request is one too many */
export function limitConnections(
  server: Server,
  most = mostConnections(),
  stalled = STALLED,
): (of: IncomingMessage) => boolean {
  Object.assign(server, {
    headersTimeout: HEADERS,
    requestTimeout: REQUEST,
    keepAliveTimeout: KEPT,
    timeout: stalled,
    maxConnections: most + TOLD,
  });
  const open = new Set<object>();
  const late = new WeakSet<object>();
  server.on('connection', (socket) => {
    if (open.size >= most) return void late.add(socket);
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return ({ socket }) => late.has(socket);
}

/**
 * A connection has one request at a time. Answers to more of them, which are sent before the first is read, would take the time
 * of other callers and stay in memory.
 * @returns whether the request came before the last answer on its connection was sent
 */
export function onePerConnection(): (request: IncomingMessage, response: ServerResponse) => boolean {
  const last = new WeakMap<object, ServerResponse>();
  return ({ socket }, response) => {
    if (last.get(socket)?.writableFinished === false) return true;
    last.set(socket, response);
    return false;
  };
}

function mostConnections(): number {
  // Names of the other ends would be looked up.
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
  const descriptors = Number(userLimits?.open_files?.soft);
  return Number.isNaN(descriptors) ? ANSWERED : Math.min(ANSWERED, Math.floor(descriptors * PART));
}
