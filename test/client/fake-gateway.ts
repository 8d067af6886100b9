/**
 * A gateway of a few lines behind a `fetch`, for behaviour that the real one does not show on demand: nonces,
 * odd answers, answers that get lost. It checks nothing; `gateway.test.ts` meets the one that does.
 */
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { connect } from '../../shared/client/connect.ts';
import type { AgencyOptions, CommonOptions } from '../../shared/client/wire/session.ts';

export const ISSUER = 'https://gateway.test';

export interface Call {
  path: string;
  method: string;
  headers: Headers;
  body: string;
}

export type Step = Response | Error | ((call: Call) => Response | Promise<Response>);

export interface FakeGateway {
  fetch: typeof fetch;
  /** Calls of one path, oldest first. */
  calls(path: string): Call[];
  /** The next answers of this path, one for each call; the last one is repeated. */
  on(path: string, ...steps: Step[]): void;
}

/** Metadata and tokens are there from the start. */
export function fakeGateway(): FakeGateway {
  const seen: Call[] = [];
  const steps = new Map<string, Step[]>();
  const gateway: FakeGateway = {
    calls: (path) => seen.filter((call) => call.path === path),
    on: (path, ...next) => void steps.set(path, next),
    fetch: async (input, init) => {
      const url = new URL(String(input));
      const call = {
        path: url.pathname,
        method: init?.method ?? 'GET',
        headers: new Headers(init?.headers),
        body: init?.body ? String(init.body) : '',
      };
      seen.push(call);
      const queue = steps.get(call.path);
      const step = queue && queue.length > 1 ? queue.shift() : queue?.[0];
      if (step === undefined) throw new Error(`nothing stands at ${call.path}`);
      if (step instanceof Error) throw step;
      return step instanceof Response ? step.clone() : step(call);
    },
  };
  gateway.on(
    '/.well-known/oauth-authorization-server',
    json({
      issuer: ISSUER,
      token_endpoint: `${ISSUER}/oauth/token`,
      jwks_uri: `${ISSUER}/.well-known/jwks.json`,
    }),
  );
  gateway.on('/oauth/token', () => tokenAnswer());
  return gateway;
}

/** A receipt in its right form without a valid signature. */
export const RECEIPT = {
  entry: `${'0a'.repeat(16)}-3-0`,
  leafHash: Buffer.alloc(32, 1).toString('base64'),
  writer: '0a'.repeat(16),
  seq: 3,
  signature: Buffer.alloc(64, 2).toString('base64'),
};

let minted = 0;

export function tokenAnswer(seconds = 300): Response {
  return json({ access_token: `token-${++minted}`, token_type: 'DPoP', expires_in: seconds });
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

export function problem(
  status: number,
  code: string,
  headers: Record<string, string> = {},
  more: object = {},
): Response {
  const body = { type: 'about:blank', title: `title of ${code}`, status, code, ...more };
  return json(body, status, {
    'content-type': 'application/problem+json',
    'x-request-id': 'request-1',
    ...headers,
  });
}

/** A connection that broke after the request was sent. */
export function broken(): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('socket'), { code: 'ECONNRESET' }) });
}

/** A connection that was never made. */
export function refused(): Error {
  return new TypeError('fetch failed', {
    cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
  });
}

/** A connection that waits as little as it can before it tries again. */
export async function connected(gateway: FakeGateway, options: Partial<AgencyOptions & CommonOptions> = {}) {
  const key = options.key ?? (await newKey('ES256'));
  return connect({
    issuer: ISSUER,
    clientId: 'edu-county',
    key,
    fetch: gateway.fetch,
    retry: { attempts: 3, base: 1, longest: 1000 },
    ...options,
  });
}

/** A gateway that gives these answers at a path, and a connection to it. */
export async function answering(path: string, ...steps: Step[]) {
  const gateway = fakeGateway();
  gateway.on(path, ...steps);
  return { gateway, gate: await connected(gateway) };
}

export async function newKey(algorithm: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return exportJWK(privateKey);
}

/** The grant in the token request of a call. */
export function detailsOf(call: Call): unknown {
  return JSON.parse(new URLSearchParams(call.body).get('authorization_details') ?? 'null');
}
