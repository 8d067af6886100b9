/** One authorised call: token, DPoP proof, nonce, and a fresh token if the gateway rejects the old one. */

import * as oauth from 'oauth4webapi';
import { defined } from '../../defined.ts';
import { askedOf } from './asked.ts';
import { type Answer, errorOf, FieldgateError, parseObject } from './errors.ts';
import { isSealed } from './media.ts';
import { type Safety, send } from './send.ts';
import { type Held, type Session, signRequest } from './session.ts';
import type { Grant, TokenCache } from './tokens.ts';
import type { LogKeys } from './types.ts';

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  /** Query parameters; those that are `undefined` are left out. */
  query?: Record<string, string | number | undefined>;
  grant: Grant;
  body?: unknown;
  headers?: Record<string, string>;
  safety: Safety;
  signal?: AbortSignal | undefined;
  /** Sign the request with the agency's registered key. */
  signed?: boolean;
}

export interface Wire {
  session: Session;
  tokens: TokenCache;
  log: LogKeys;
}

/** @returns a successful answer. @throws FieldgateError for any other. */
export async function call(wire: Wire, request: Call): Promise<Answer> {
  const { session, tokens } = wire;
  const url = urlOf(session.base, request);
  const body = request.body === undefined ? null : JSON.stringify(request.body);
  let renewed = false;
  let nonced = false;
  let again = false;
  for (;;) {
    const held = await tokens.get(request.grant);
    const answer = await send((signal) => fetchOnce(wire, request, url, held, body, signal), {
      to: url.href,
      safety: request.safety,
      retry: session.retry,
      timeout: session.timeout,
      signal: request.signal,
    });
    if ((answer.status >= 200 && answer.status < 300) || answer.status === 304) {
      if (!isSealed(answer)) return answer;
      return { ...answer, asked: await askedOf(request.method, request.path, body) };
    }
    // A 401 is answered before any lookup, so even a release may be repeated after it.
    if (answer.status === 401 && !nonced && wantsNonce(answer)) {
      nonced = true;
      continue;
    }
    const error = errorOf(answer);
    const stale = error.code === 'STEP_UP_REQUIRED';
    if (!stale && (error.code !== 'TOKEN_INVALID' || renewed)) throw error;
    // The next token is of the login of then, also if the caller itself repeats the call.
    tokens.drop(request.grant);
    if (stale && (again || !(await session.logInAgain?.()))) throw error;
    [renewed, again] = [renewed || !stale, again || stale];
  }
}

/** The JSON object of an answer. @throws FieldgateError `ANSWER_INVALID` for anything else. */
export function bodyOf(answer: Answer): Record<string, unknown> {
  const body = parseObject(answer.text);
  if (body) return body;
  throw new FieldgateError('ANSWER_INVALID', 'The answer is not a JSON object', { status: answer.status });
}

/** Calls under one grant, each answered with a JSON object. */
export function under(wire: Wire, grant: Grant) {
  const ask = async <Result>(request: Omit<Call, 'grant'>): Promise<Result> =>
    bodyOf(await call(wire, { ...request, grant })) as unknown as Result;
  const get = <Result>(path: string, query: Call['query'] = {}) =>
    ask<Result>({ method: 'GET', path, query, safety: 'repeatable' });
  return {
    ask,
    get,
    /** @param safety `repeatable`: the gateway gives the same answer again */
    post: <Result>(path: string, body: object, safety: Safety = 'repeatable') =>
      ask<Result>({ method: 'POST', path, body, safety }),
    /** The items under `member`, page after page. Pages are fetched only while the caller reads. */
    async *list<Item>(path: string, member: string, query: Call['query'] = {}): AsyncGenerator<Item> {
      let cursor: string | undefined;
      do {
        const page = await get<Record<string, unknown>>(path, { ...query, cursor });
        yield* page[member] as Item[];
        cursor = (page['cursor'] as string | null) ?? undefined;
      } while (cursor !== undefined);
    },
  };
}

async function fetchOnce(
  { session }: Wire,
  request: Call,
  url: URL,
  { token, dpop }: Held,
  body: string | null,
  signal: AbortSignal,
): Promise<Response> {
  const headers = new Headers({
    accept: 'application/json',
    ...(session.language !== undefined && { 'accept-language': session.language }),
    ...request.headers,
  });
  if (body !== null) headers.set('content-type', 'application/json');
  const { agency } = session;
  if (request.signed && !agency) throw new TypeError('only an agency signs: connect with clientId and key');
  if (request.signed && agency) {
    const about = { method: request.method, url, authorization: `DPoP ${token}`, body };
    const created = Math.floor(Date.now() / 1000) + (agency.client[oauth.clockSkew] ?? 0);
    const signed = await signRequest(agency.signer, about, created);
    for (const [name, value] of Object.entries(signed)) headers.set(name, value);
  }
  try {
    const options = { ...session.http, ...defined({ DPoP: dpop }), signal };
    return await oauth.protectedResourceRequest(token, request.method, url, headers, body, options);
  } catch (error) {
    // oauth4webapi throws on a challenge; here it is treated like any other answer.
    if (error instanceof oauth.WWWAuthenticateChallengeError) return error.response;
    throw error;
  }
}

function wantsNonce(answer: Answer): boolean {
  return answer.headers.get('www-authenticate')?.includes('error="use_dpop_nonce"') ?? false;
}

function urlOf(base: string, { path, query }: Call): URL {
  const url = new URL(base + path);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}
