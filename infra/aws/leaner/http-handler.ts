/**
 * Replaces `@smithy/node-http-handler` in the bundles: one request over a kept connection. The original also serves
 * proxies and HTTP/2, and makes four timers and two streams for each request.
 */
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as overHttp } from 'node:http';
import { Agent as HttpsAgent, request as overHttps } from 'node:https';
import { buffer } from 'node:stream/consumers';

/** The settings of the original that the functions use. All times are milliseconds; 0 is no limit. */
export interface Options {
  connectionTimeout?: number;
  requestTimeout?: number;
  httpAgent?: { maxSockets?: number };
  httpsAgent?: { maxSockets?: number };
}

/** A request as the SDK gives it, with its whole body. */
export interface Sent {
  protocol: string;
  hostname: string;
  port?: number;
  method: string;
  path: string;
  /** The SDK signs it. A file of S3 is named with one, and a list is nothing else. */
  query?: Query;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

type Query = Readonly<Record<string, string | readonly string[] | null | undefined>>;

export interface Received {
  /** The body of an answer to a POST is complete. That of a GET, a file of S3, is the stream. */
  response: { statusCode: number; headers: Record<string, unknown>; body: Uint8Array | IncomingMessage };
}

/** Errors after which the SDK repeats a request: it knows them by this name. */
const BROKEN: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
const TIMEOUT = 'TimeoutError';

export class NodeHttpHandler {
  readonly metadata = { handlerProtocol: 'http/1.1' };
  readonly #options: Promise<Options>;
  readonly #agents: { plain?: HttpAgent; secure?: HttpsAgent } = {};

  static create(given: Options | (() => Promise<Options>) | NodeHttpHandler): NodeHttpHandler {
    return given instanceof NodeHttpHandler ? given : new NodeHttpHandler(given);
  }

  constructor(given: Options | (() => Promise<Options>) = {}) {
    this.#options = typeof given === 'function' ? given() : Promise.resolve(given);
  }

  /** @throws Error, named `TimeoutError` after a time-out or a broken connection */
  async handle(sent: Sent, { abortSignal }: { abortSignal?: AbortSignal } = {}): Promise<Received> {
    const { protocol, hostname, port, method, path, query, headers, body } = sent;
    const options = await this.#options;
    const { connectionTimeout = 0, requestTimeout = 0 } = options;
    // An IPv6 address comes in brackets.
    const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const fail = (error: Error & { code?: unknown }) => {
        clearTimeout(timer);
        reject(BROKEN.has(error.code) ? Object.assign(error, { name: TIMEOUT }) : error);
      };
      const agent = this.#agentFor(protocol, options);
      const target = {
        host,
        port,
        method,
        path: path + searchOf(query),
        headers,
        agent,
        ...(abortSignal && { signal: abortSignal }),
      };
      const request = (protocol === 'https:' ? overHttps : overHttp)(target, (answer) => {
        const received = (body: Uint8Array | IncomingMessage) => {
          clearTimeout(timer);
          resolve({ response: { statusCode: answer.statusCode ?? 0, headers: answer.headers, body } });
        };
        if (method === 'POST') collect(answer, fail, received);
        else received(answer);
      });
      request.on('error', fail);
      if (requestTimeout > 0)
        timer = setTimeout(() => giveUp(request, fail, 'no answer in time'), requestTimeout);
      request.on('socket', (socket) => {
        if (!socket.connecting || connectionTimeout === 0) return;
        const connecting = setTimeout(
          () => giveUp(request, fail, 'no connection in time'),
          connectionTimeout,
        );
        socket.once('connect', () => clearTimeout(connecting));
        request.once('close', () => clearTimeout(connecting));
      });
      request.end(body);
    });
  }

  #agentFor(protocol: string, { httpAgent, httpsAgent }: Options): HttpAgent {
    const common = { keepAlive: true, maxSockets: 50 };
    if (protocol === 'https:') {
      this.#agents.secure ??= new HttpsAgent({ ...common, ...httpsAgent });
      return this.#agents.secure;
    }
    this.#agents.plain ??= new HttpAgent({ ...common, ...httpAgent });
    return this.#agents.plain;
  }

  destroy(): void {
    this.#agents.plain?.destroy();
    this.#agents.secure?.destroy();
  }

  /** The SDK gives settings that have no effect here. */
  updateHttpClientConfig(): void {}
  httpHandlerConfigs(): object {
    return {};
  }
}

/** With its question mark, escaped as the signature demands. */
function searchOf(query: Query = {}): string {
  const escape = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? null]
      .flat()
      .map((one) => (one === null ? escape(name) : `${escape(name)}=${escape(one as string)}`)),
  );
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

function giveUp(request: ClientRequest, fail: (error: Error) => void, message: string): void {
  const error = Object.assign(new Error(message), { name: TIMEOUT });
  fail(error);
  request.destroy(error);
}

function collect(
  answer: IncomingMessage,
  fail: (error: Error) => void,
  done: (bytes: Uint8Array) => void,
): void {
  const chunks: Buffer[] = [];
  answer.on('data', (chunk: Buffer) => chunks.push(chunk));
  answer.on('error', fail);
  answer.on('end', () => done(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
}

export const streamCollector = async (stream: NodeJS.ReadableStream): Promise<Uint8Array> => buffer(stream);
export const DEFAULT_REQUEST_TIMEOUT = 0;
