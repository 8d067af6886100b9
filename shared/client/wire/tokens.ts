/**
 * Access tokens, one for each combination of action and justification. A token lives 300 s and is limited to
 * its purpose, so the cache key covers the complete grant.
 */

import * as oauth from 'oauth4webapi';
import { defined } from '../../defined.ts';
import type { ProblemCode } from '../../errors.ts';
import { type Answer, errorOf, FieldgateError, parseObject, retryAfterOf } from './errors.ts';
import { send } from './send.ts';
import type { Held, Session } from './session.ts';
import type { Justification } from './types.ts';

/** One `authorization_details` object, without its type. */
export type Grant = { actions: string[] } & Partial<Justification>;

interface Cached {
  held: Promise<Held>;
  /** Epoch milliseconds after which the token is not used; unknown while it is being fetched. */
  until: number;
}

export interface TokenCache {
  get(grant: Grant): Promise<Held>;
  /** Drops a token that the gateway rejected. */
  drop(grant: Grant): void;
}

const ACTOR_TYPE = 'urn:ietf:params:oauth:token-type:access_token';

const HELD_AT_MOST = 200;
/** Seconds before its expiry at which a token is replaced. */
const MARGIN = 30;

/** @returns a cache that makes one token request for many concurrent calls; a person has one token for all calls. */
export function tokenCache(session: Session): TokenCache {
  const { accessToken } = session;
  if (accessToken) return { get: accessToken, drop: () => {} };
  const cache = new Map<string, Cached>();
  return {
    get(grant) {
      const key = keyOf(grant);
      const known = cache.get(key);
      if (known && Date.now() < known.until) return known.held;
      cache.delete(key);
      const oldest = cache.size >= HELD_AT_MOST ? cache.keys().next().value : undefined;
      if (oldest !== undefined) cache.delete(oldest);
      const fetched = fetchToken(session, grant);
      const cached: Cached = { held: fetched, until: Number.POSITIVE_INFINITY };
      cache.set(key, cached);
      cached.held = fetched.then(
        ({ seconds, ...held }) => {
          cached.until = Date.now() + (seconds - MARGIN) * 1000;
          return held;
        },
        (error) => {
          if (cache.get(key) === cached) cache.delete(key);
          throw error;
        },
      );
      return cached.held;
    },
    drop(grant) {
      cache.delete(keyOf(grant));
    },
  };
}

function keyOf({ actions, purpose, case: caseNumber, officer, reason }: Grant): string {
  return JSON.stringify([actions, purpose, caseNumber, officer, reason]);
}

async function fetchToken(session: Session, grant: Grant): Promise<Held & { seconds: number }> {
  const { agency } = session;
  if (!agency) throw new TypeError('a person brings the token along');
  const actor = await session.actorToken?.();
  const form = {
    authorization_details: JSON.stringify([{ type: 'fieldgate', ...grant }]),
    ...(actor && { actor_token: actor.token, actor_token_type: ACTOR_TYPE }),
  };
  // Whose token is bound to a key proves it here, and the agency's token is then bound to that key.
  const dpop = actor?.dpop ?? agency.dpop;
  const headers = session.language === undefined ? {} : { 'accept-language': session.language };
  const options = { ...session.http, DPoP: dpop, headers };
  let answer: Answer | undefined;
  // The second round carries the server's DPoP nonce, which oauth4webapi keeps from the first.
  for (let round = 1; round <= 2; round++) {
    answer = await send(
      (signal) =>
        oauth.clientCredentialsGrantRequest(session.as, agency.client, agency.authenticate, form, {
          ...options,
          signal,
        }),
      { to: session.base, safety: 'repeatable', retry: session.retry, timeout: session.timeout },
    );
    if (parseObject(answer.text)?.['error'] !== 'use_dpop_nonce') break;
  }
  return { ...readToken(answer as Answer), dpop };
}

function readToken(answer: Answer): { token: string; seconds: number } {
  const body = parseObject(answer.text);
  if (answer.status === 200) {
    const { access_token: token, token_type: type, expires_in: seconds } = body ?? {};
    const bound = typeof type === 'string' && type.toLowerCase() === 'dpop';
    if (typeof token === 'string' && bound && typeof seconds === 'number') return { token, seconds };
    throw new FieldgateError('ANSWER_INVALID', 'The token endpoint gave no DPoP-bound token', {
      status: 200,
    });
  }
  if (typeof body?.['error'] !== 'string') throw errorOf(answer);
  const said = textOf(body['error_description']) ?? '';
  // What is no fault of the request has a code of the gateway: the agency is suspended, or something is frozen.
  // Its words are in the language that was asked for.
  const [, code, words] =
    /^([A-Z]+(?:_[A-Z]+)+)[:：] ?([\s\S]+)$/.exec(textOf(body['message']) ?? said) ?? [];
  const message = words ?? (said === '' ? body['error'] : `${body['error']}: ${said}`);
  throw new FieldgateError((code as ProblemCode | undefined) ?? 'TOKEN_REFUSED', message, {
    status: answer.status,
    oauth: body['error'],
    // Which right is lacking, in the language that was asked for.
    ...(body['error'] === 'invalid_authorization_details' && reasonIn(body)),
    ...requestIdOf(answer),
    ...retryAfterIn(answer),
  });
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

function reasonIn({ message, error_description: said }: Record<string, unknown>): { reason?: string } {
  return defined({ reason: textOf(message) ?? textOf(said) });
}

function retryAfterIn({ headers }: Answer): { retryAfter?: number } {
  const retryAfter = retryAfterOf(headers);
  return retryAfter === undefined ? {} : { retryAfter };
}

function requestIdOf(answer: Answer): { requestId?: string } {
  const requestId = answer.headers.get('x-request-id');
  return requestId === null ? {} : { requestId };
}
