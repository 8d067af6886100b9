/** One authorised call: token, DPoP proof, nonce, and a fresh token if the gateway rejects the old one. */

import * as oauth from 'oauth4webapi';
import { defined } from '../../defined.ts';
import { HEAD_HEADER } from '../../tree/checkpoint.ts';
import { askedOf } from './asked.ts';
import { type Answer, errorOf, FieldgateError, parseObject } from './errors.ts';
import { isSealed } from './media.ts';
import { type Safety, send } from './send.ts';
import type { Held, Session } from './session.ts';
import { signRequest } from './sign.ts';
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
      hear(wire.log.told, answer.headers.get(HEAD_HEADER));
      if (!isSealed(answer)) return answer;
      return { ...answer, asked: await askedOf(request.method, request.path + url.search, body) };
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

const MOST_TOLD = 8;

/** Keeps a checkpoint that came with an answer: `checkReceipt` demands that all of them go together. */
function hear(told: Set<string>, note: string | null): void {
  if (note === null || told.has(note)) return;
  const [oldest] = told;
  if (oldest !== undefined && told.size >= MOST_TOLD) told.delete(oldest);
  told.add(note);
}

/** The JSON object of an answer. @throws FieldgateError `ANSWER_INVALID` for anything else. */
export function bodyOf(answer: Answer): Record<string, unknown> {
  const body = parseObject(answer.text);
  if (body) return body;
  throw new FieldgateError('ANSWER_INVALID', 'The answer is not a JSON object', { status: answer.status });
}

/** Reads a JSON object. */
export const get = async <Result>(wire: Wire, grant: Grant, path: string): Promise<Result> =>
  bodyOf(await call(wire, { method: 'GET', path, grant, safety: 'repeatable' })) as unknown as Result;

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
