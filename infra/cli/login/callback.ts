/** The local address to which the issuer redirects the browser. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

const { callback: t } = await texts('login');

export interface Callback {
  redirectUri: string;
  /** The URL of the redirect. @throws UsageError after five minutes */
  answer(): Promise<URL>;
  close(): void;
}

const PATIENCE = 300_000;

/** @param registered redirect URI at the issuer; if it names no port, any port is valid (RFC 8252) */
export async function openCallback(registered: string): Promise<Callback> {
  const redirect = new URL(registered);
  if (redirect.protocol !== 'http:' || !['127.0.0.1', 'localhost', '[::1]'].includes(redirect.hostname)) {
    throw new UsageError(t.elsewhere);
  }
  let done: (url: URL) => void = () => {};
  const came = new Promise<URL>((resolve) => {
    done = resolve;
  });
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', redirect);
    const meant = request.method === 'GET' && url.pathname === redirect.pathname;
    response.writeHead(meant ? 200 : 404, { 'content-type': 'text/plain', connection: 'close' });
    response.end(meant ? t.close : t.nothing);
    if (meant) done(url);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => reject(new UsageError(t.portUsed(redirect.port))));
    server.listen(Number(redirect.port || 0), redirect.hostname.replace(/^\[|\]$/g, ''), resolve);
  });
  redirect.port = String((server.address() as AddressInfo).port);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new UsageError(t.late)), PATIENCE);
  });
  late.catch(() => {});
  return {
    redirectUri: redirect.href,
    answer: () => Promise.race([came, late]),
    close() {
      clearTimeout(timer);
      server.close();
      server.closeAllConnections();
    },
  };
}
