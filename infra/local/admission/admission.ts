/** The local gateway's answer to more requests than it can serve. In AWS, API Gateway and Lambda limit them. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Buffer } from 'node:buffer';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerOf } from '../sample/broken-requests.ts';
import type { CallerOf } from './callers.ts';
import { type Limits, openLanes, type Place } from './lanes.ts';

/**
 * Four requests keep one process busy, and each more of them only makes all slower. A caller with half of them leaves the
 * other half free. What one caller may let wait is less than half a second of work.
 */
export const LIMITS: Limits = {
  running: 4,
  share: 2,
  waiting: { each: 16, all: 512 },
  inside: 512,
  patience: 500,
};

/** For tests of other matters, which send hundreds of requests at once. */
export const NO_LIMITS: Limits = {
  running: Number.POSITIVE_INFINITY,
  share: Number.POSITIVE_INFINITY,
  waiting: { each: Number.POSITIVE_INFINITY, all: Number.POSITIVE_INFINITY },
  inside: Number.POSITIVE_INFINITY,
  patience: 60_000,
};

/** Bodies of the longest kind that are in memory while their requests wait. */
const BODIES = 16;

/** What admission knows about the functions. */
export interface Behind {
  /** Diagnostics channel that is told when the work for a request is done and only its answer is held. */
  held: string;
  /** Most bytes of a body that a function reads. */
  bodyLimit: number;
  /** A made-up name must get no lane, because it could take the share of another. */
  callerOf: CallerOf;
}

export interface Admission {
  /** Whether the caller has to come again. It looks at headers alone, so that a refusal costs next to nothing. */
  refuses(incoming: IncomingMessage): boolean;
  /** Runs the work for a request when it is its turn, or answers 429 with `Retry-After`. */
  run(incoming: IncomingMessage, work: () => Response | Promise<Response>): Promise<Response>;
  close(): void;
}

export function openAdmission(limits: Limits, { held, bodyLimit, callerOf }: Behind): Admission {
  const lanes = openLanes(limits);
  const reader = openReader(bodyLimit, BODIES * bodyLimit);
  const places = new AsyncLocalStorage<Place>();
  const rest = () => places.getStore()?.rest();
  const nameOf = ({ headers, socket }: IncomingMessage) =>
    callerOf(headers.authorization ?? '') ?? `address ${socket.remoteAddress}`;
  subscribe(held, rest);
  return {
    refuses: (incoming) => lanes.full(nameOf(incoming)),
    async run(incoming, work) {
      // A place is for work alone. A slow sender has none.
      const read = await reader.read(incoming);
      if (read === null) return comeAgain();
      try {
        const place = await lanes.enter(nameOf(incoming));
        if (place === null) return comeAgain();
        try {
          // The caller may have gone while it waited.
          return incoming.socket.destroyed ? comeAgain() : await places.run(place, async () => work());
        } finally {
          place.leave();
        }
      } finally {
        read.forget();
      }
    },
    close: () => void unsubscribe(held, rest),
  };
}

/** The answer to a caller that has to wait. */
export function comeAgain(): Response {
  const { status, headers, body } = refusal();
  return new Response(body, { status, headers });
}

/** The same before the request became one for the app. */
export function turnAway(response: ServerResponse, more: Record<string, string> = {}): void {
  const { status, headers, body } = refusal();
  response.writeHead(status, { ...headers, ...more, 'content-length': Buffer.byteLength(body) }).end(body);
}

function refusal() {
  const { headers, ...rest } = answerOf('RATE_LIMITED');
  return { ...rest, headers: { ...headers, 'retry-after': '1' } };
}

/** Bodies are read before their requests get a place, so that a slow sender takes none. */
interface Read {
  /** The body is no longer needed. */
  forget(): void;
}

interface Reader {
  /** @returns `null` if the memory for bodies is used up, or the caller has gone. */
  read(incoming: IncomingMessage): Promise<Read | null>;
}

/** @param longest bytes of a body that is read. @param most bytes of all bodies together */
function openReader(longest: number, most: number): Reader {
  let bytes = 0;
  return {
    async read(incoming) {
      const declared = Number(incoming.headers['content-length'] ?? 0);
      const chunked = incoming.headers['transfer-encoding'] !== undefined;
      // The app refuses a body that is too long by its declared length, and does not read it.
      if (declared > longest || (declared === 0 && !chunked)) return { forget() {} };
      let mine = 0;
      const forget = () => {
        bytes -= mine;
        mine = 0;
      };
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
          mine += chunk.length;
          bytes += chunk.length;
          if (bytes > most) {
            forget();
            return null;
          }
          chunks.push(chunk);
          // One byte over the limit is enough for the app to refuse it.
          if (mine > longest) break;
        }
      } catch {
        forget();
        return null;
      }
      // Where the server's adapter looks for a body that was already read.
      Object.assign(incoming, { rawBody: Buffer.concat(chunks) });
      return { forget };
    },
  };
}
