/** Calls of the gateway's API with the person's session. */
import { computed, signal } from '@preact/signals';
import { askedOf } from '../../../../shared/client/wire/asked.ts';
import { type Request, requestOf } from '../../../../shared/client/wire/request.ts';
import type { Answer, Ask, Line } from '../../../../shared/contract/api.ts';
import { language } from '../text.ts';
import { about, BASE } from './about.ts';
import { logInAgain } from './again.ts';
import { proofOf } from './dpop.ts';
import { ApiError, problemOf } from './problems.ts';
import { clockSkew, credentials, drop, heed, renew } from './session.ts';

interface Wait {
  /** The next attempt, in epoch milliseconds. */
  until: number;
  status: number;
}

/** One for each call that is repeated: the answer of another call does not end it. */
const waits = signal<readonly Wait[]>([]);

/** Set while the gateway does not answer: the next attempt of all. */
export const waiting = computed(() => [...waits.value].sort((a, b) => a.until - b.until)[0] ?? null);

/** Choices of a form are texts: which there are is known where the form is made, and the gateway checks them. */
type Chosen<T> = T extends string
  ? string
  : T extends readonly (infer One)[]
    ? Chosen<One>[]
    : T extends object
      ? { [Name in keyof T]: Chosen<T[Name]> }
      : T;
type Typed<L extends Line> = {
  [Part in keyof Ask<L>]: Part extends 'body' ? Chosen<Ask<L>[Part]> : Ask<L>[Part];
};

export interface CallOptions {
  headers?: Record<string, string>;
  /** Gives a token to use instead of the session's own. */
  as?: () => ReturnType<typeof credentials>;
  signal?: AbortSignal | undefined;
}

/** Asks one route by its line in the contract. @throws ApiError */
export async function call<L extends Line>(
  line: L,
  ask: Typed<L>,
  options: CallOptions = {},
): Promise<Answer<L>> {
  const response = await send(requestOf(line, ask as unknown as Ask<L>), options);
  if (!response.ok) throw await problemOf(response);
  return response.json();
}

const SEALED = 'application/fieldgate-sealed, application/json';

/** A route that seals its answer to the person. @returns the JWE. @throws ApiError */
export async function callSealed<L extends Line>(
  line: L,
  ask: Typed<L>,
  options: CallOptions = {},
): Promise<{ sealed: string; asked: string } | Answer<L>> {
  const request = requestOf(line, ask as unknown as Ask<L>);
  const response = await send(request, {
    ...options,
    headers: { accept: SEALED },
  });
  if (!response.ok) throw await problemOf(response);
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  if (isJson) return response.json();
  return {
    sealed: await response.text(),
    asked: await askedOf(
      request.method,
      request.path,
      request.body === undefined ? null : JSON.stringify(request.body),
    ),
  };
}

/** Repeats a call until the gateway answers. @throws ApiError for a permanent failure, or after the last try */
export async function untilAnswered<Value>(
  once: () => Promise<Value>,
  { tries = Number.POSITIVE_INFINITY, signal }: { tries?: number; signal?: AbortSignal | undefined } = {},
): Promise<Value> {
  let wait: Wait | undefined;
  const replace = (next?: Wait) => {
    waits.value = [...waits.value.filter((one) => one !== wait), ...(next ? [next] : [])];
    wait = next;
  };
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once();
      } catch (error) {
        if (!(error instanceof ApiError) || !error.passing || attempt >= tries) throw error;
        const seconds = error.retryAfter ?? Math.min(30, 2 ** (attempt - 1));
        replace({ until: Date.now() + seconds * 1000, status: error.status });
        await pause(seconds * 1000, signal);
      }
    }
  } finally {
    replace();
  }
}

/**
 * Reads, or does an act that may be repeated: it waits until the gateway answers, also on other pages.
 * @throws ApiError for a permanent failure
 */
export const keep = <L extends Line>(line: L, ask: Typed<L>, options: CallOptions = {}): Promise<Answer<L>> =>
  untilAnswered(() => call(line, ask, options), { signal: options.signal });

/** Reads, with repeats until the gateway answers. @throws as `keep` */
export const read = <L extends Line & `GET ${string}`>(line: L, ask: Ask<L>, signal?: AbortSignal) =>
  keep(line, ask as unknown as Typed<L>, { signal });

/** Calls of this page that run at once. A local gateway works on two of one caller and soon turns others away. */
const AT_ONCE = 2;
let running = 0;
const next: (() => void)[] = [];

async function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => next.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const follower = next.shift();
    if (follower) follower();
    else running -= 1;
  }
}

async function send(
  request: Request,
  options: CallOptions,
  once: { renewed?: true; loggedIn?: true } = {},
): Promise<Response> {
  const { method, path, body } = request;
  const { token, key } = await (options.as ?? credentials)();
  const { resource } = await about();
  const proof = await proofOf(key, method, resource + path, { token, skew: clockSkew() });
  const init: RequestInit = {
    method,
    headers: {
      accept: 'application/json',
      'accept-language': language.value,
      authorization: `DPoP ${token}`,
      dpop: proof,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.signal && { signal: options.signal }),
  };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await inTurn(() => fetch(BASE + path + searchOf(request), init)).catch((error) => {
    throw options.signal?.aborted ? error : new ApiError(0, {});
  });
  heed(response);
  if (response.status !== 401) return response;
  if (await demandsLogin(response)) {
    // Nothing was done, so the same call is made again by itself, once.
    const goesOn = !once.loggedIn && (await logInAgain());
    return goesOn ? send(request, options, { ...once, loggedIn: true }) : response;
  }
  if (options.as) return response;
  if (!once.renewed) {
    await renew();
    return send(request, options, { ...once, renewed: true });
  }
  drop('TOKEN_INVALID');
  return response;
}

function searchOf({ query = {} }: Request): string {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) asked.set(name, String(value));
  return asked.size === 0 ? '' : `?${asked}`;
}

async function demandsLogin(response: Response): Promise<boolean> {
  const { problem } = await problemOf(response.clone());
  return problem.code === 'STEP_UP_REQUIRED';
}

/** The gateway's description of its routes, in the language of the console. @throws ApiError */
export async function document(signal: AbortSignal): Promise<unknown> {
  const headers = { 'accept-language': language.value };
  return JSON.parse(new TextDecoder().decode(await file('/openapi.json', { headers, signal })));
}

/** Documents and files of the log, which need no token if the operator has made them public. Repeats until the gateway answers. */
export const file = (path: string, init: RequestInit = {}): Promise<Uint8Array<ArrayBuffer>> =>
  untilAnswered(async () => {
    const response = await inTurn(() => fetch(BASE + path, init)).catch(() =>
      Promise.reject(new ApiError(0, {})),
    );
    if (!response.ok) throw await problemOf(response);
    return new Uint8Array(await response.arrayBuffer());
  });

/** Epoch milliseconds before which everything is in the tree, as the last checkpoint came with it; `null`: not known yet. */
export const treeUntil = signal<number | null>(null);

/**
 * A file of the log for which pages ask again and again. The session asks, since strangers at one address may ask only so often;
 * the browser's cache has what is unchanged. @throws ApiError
 */
export async function followed(
  name: 'checkpoint' | 'policy' | 'witnessed',
): Promise<Uint8Array<ArrayBuffer>> {
  const request = requestOf(`GET /v1/log/${name}`, {});
  const response = await send(request, { headers: { accept: 'text/plain' } });
  if (!response.ok) throw await problemOf(response);
  const until = Date.parse(response.headers.get('fieldgate-until') ?? '');
  if (!Number.isNaN(until)) treeUntil.value = until;
  return new Uint8Array(await response.arrayBuffer());
}

export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
