/** Bodies are read before their requests get a place, so that a slow sender takes none. */

import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

export interface Read {
  /** The body is no longer needed. */
  forget(): void;
}

export interface Reader {
  /** @returns `null` if the memory for bodies is used up, or the caller has gone. */
  read(incoming: IncomingMessage): Promise<Read | null>;
}

/** @param longest bytes of a body that is read. @param most bytes of all bodies together */
export function openReader(longest: number, most: number): Reader {
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
