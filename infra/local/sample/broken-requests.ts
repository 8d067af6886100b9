/** Answers to input that never becomes a request for an app: problem documents with a request id. */

import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ProblemCode, statusOf } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/language.ts';
import { httpTexts } from '../../../shared/messages/http.ts';
import { problemsTexts } from '../../../shared/messages/problems.ts';

/** For the `clientError` event of a server: broken HTTP, and headers over Node's limit. */
export function answerBroken(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const tooLong = error.code === 'HPE_HEADER_OVERFLOW';
  const { status, headers, body } = tooLong
    ? answerOf('TOO_LARGE', httpTexts.headersTooLarge)
    : answerOf('INVALID_REQUEST', httpTexts.notHttp);
  const lines = Object.entries({
    ...headers,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n${body}`);
}

/** For requests that a page of another site makes. @param why for a person, not for that page, which reads no answer */
export function answerForeign(response: ServerResponse, why: Text): void {
  const { status, headers, body } = answerOf('REFUSED', why);
  response
    .writeHead(status, { ...headers, connection: 'close', 'content-length': Buffer.byteLength(body) })
    .end(body);
}

/** For requests without a valid URL, such as those with a bad `Host`. */
export function answerUnreadable(): Response {
  const { status, headers, body } = answerOf('INVALID_REQUEST', httpTexts.noSuchAddress);
  return new Response(body, { status, headers });
}

/** The parts of an answer that no app gives. */
export function answerOf(code: ProblemCode, told?: Text) {
  const requestId = randomUUID();
  const headers: Record<string, string> = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'x-request-id': requestId,
  };
  const status = statusOf(code);
  const title = problemsTexts[code]['en'];
  const detail = told?.['en'];
  const body = JSON.stringify({ type: 'about:blank', title, status, detail, code, requestId });
  return { status, headers, body };
}

/** Maximum bytes read from the body of a request that was already answered, and maximum milliseconds without any. */
const REST = 32 * 1024 * 1024;
const PATIENCE = 250;

/**
 * Reads on after the answer, so that a client that first sends its complete body gets the answer instead of a
 * closed connection.
 */
export async function readRest(incoming: IncomingMessage): Promise<void> {
  if (incoming.complete || incoming.destroyed) return;
  let bytes = 0;
  await new Promise<void>((done) => {
    const timer = setTimeout(done, PATIENCE);
    const end = () => {
      clearTimeout(timer);
      done();
    };
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      timer.refresh();
      if (bytes > REST) end();
    });
    incoming.once('close', end).once('end', end).once('error', end);
    incoming.resume();
  });
}
