/**
 * A `fetch` that presents a client certificate, for a gateway whose domain demands one of each connection. Node's own
 * fetch can't, so calls go through `node:https`.
 */
import { Agent, type AgentOptions, type RequestOptions, request } from 'node:https';
import { Readable } from 'node:stream';
import { createSecureContext } from 'node:tls';

/** PEM texts, as the options of `node:tls` of these names take them. */
export interface ClientCertificate {
  /** The certificate, followed by those between it and the authority. */
  cert: string;
  key: string;
  /** Of an encrypted key. */
  passphrase?: string;
  /** Authorities of the gateway's own certificate, instead of those that Node knows. */
  ca?: string;
}

/** Milliseconds, as in Node's own fetch. */
const CONNECT = 10_000;

/** Redirects in a row. */
const MOST = 5;

/** A code from which the client knows that nothing was sent. It is the one of Node's own fetch. */
const NOT_CONNECTED = 'UND_ERR_CONNECT_TIMEOUT';

/**
 * @param certificate or a function that gives it, which is called for each request: a renewed one needs no restart
 * @returns for the option `fetch` of `connect`. Give it to no other host: each that asks learns the certificate.
 * @throws Error of `node:tls` if certificate and key don't belong together or can't be read
 */
export function fetchWith(certificate: ClientCertificate | (() => ClientCertificate)): typeof fetch {
  const current = lastGood(typeof certificate === 'function' ? certificate : () => certificate);
  // The types don't know `proxyEnv` of Node 24.5 and later yet.
  const { https_proxy, HTTPS_PROXY, no_proxy, NO_PROXY } = process.env;
  const proxyEnv = { https_proxy: https_proxy ?? HTTPS_PROXY, no_proxy: no_proxy ?? NO_PROXY };
  // It keeps connections by certificate.
  const agent = new Agent({ keepAlive: true, proxyEnv } as AgentOptions);
  const call = async (asked: Request, redirects: number): Promise<Response> => {
    const url = new URL(asked.url);
    const body = asked.body === null ? null : Buffer.from(await asked.arrayBuffer());
    const headers = Object.fromEntries(asked.headers);
    // Answers are not decompressed here.
    delete headers['accept-encoding'];
    const options = { ...current(), agent, method: asked.method, headers, signal: asked.signal };
    const answer = await sent(url, options, body);
    const location = answer.status >= 300 && answer.status < 400 ? answer.headers.get('location') : null;
    if (location === null || asked.redirect === 'manual') return answer;
    if (asked.redirect === 'error' || asked.method !== 'GET' || redirects === MOST)
      throw new TypeError('fetch failed: redirected');
    const next = new URL(location, url);
    // Another host gets no certificate, and no header that was meant for the gateway.
    if (next.origin !== url.origin) return fetch(next, { signal: asked.signal });
    return call(new Request(next, asked), redirects + 1);
  };
  return (input, init) => call(new Request(input, init), 0);
}

/** While files are replaced one after the other, the pair before them stays in use. */
function lastGood(give: () => ClientCertificate): () => ClientCertificate {
  const checked = (one: ClientCertificate) => createSecureContext(one) && one;
  let good = checked(give());
  return () => {
    try {
      const now = give();
      if (now.cert !== good.cert || now.key !== good.key) good = checked(now);
    } catch {
      // The next request tries again.
    }
    return good;
  };
}

function sent(url: URL, options: RequestOptions, body: Buffer | null): Promise<Response> {
  return new Promise((resolve, reject) => {
    let isOpen = true;
    const failed = (cause: Error) => {
      const gone = options.signal?.aborted ? options.signal.reason : null;
      const why = isOpen
        ? cause
        : Object.assign(new Error('no connection', { cause }), { code: NOT_CONNECTED });
      reject(gone ?? new TypeError('fetch failed', { cause: why }));
    };
    const call = request(url, options, (message) => {
      const { statusCode: status = 0, headers } = message;
      const given = new Headers();
      for (const [name, value] of Object.entries(headers))
        for (const one of [value ?? []].flat()) given.append(name, one);
      const isEmpty = status === 204 || status === 304 || options.method === 'HEAD';
      if (isEmpty) message.resume();
      const content = isEmpty ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array>);
      resolve(new Response(content, { status, headers: given }));
    });
    call.on('error', failed);
    call.on('socket', (socket) => {
      if (!socket.connecting) return;
      isOpen = false;
      const timer = setTimeout(() => call.destroy(new Error('no connection in time')), CONNECT);
      socket.once('secureConnect', () => {
        isOpen = true;
        clearTimeout(timer);
      });
      call.once('close', () => clearTimeout(timer));
    });
    call.end(body ?? undefined);
  });
}
