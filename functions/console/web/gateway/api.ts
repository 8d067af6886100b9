/** Calls of the gateway's API with the person's session. */
import { computed, signal } from '@preact/signals';
import { logInAgain } from './again.ts';
import { proofOf } from './dpop.ts';
import { ApiError, problemOf } from './problems.ts';
import { about, BASE, clockSkew, credentials, drop, heed, renew } from './session.ts';

interface Wait {
  /** The next attempt, in epoch milliseconds. */
  until: number;
  status: number;
}

/** One for each call that is repeated: the answer of another call does not end it. */
const waits = signal<readonly Wait[]>([]);

/** Set while the gateway does not answer: the next attempt of all. */
export const waiting = computed(() => waits.value.toSorted((a, b) => a.until - b.until)[0] ?? null);

// biome-ignore lint/suspicious/noExplicitAny: pages state the shapes that they read
export type Answer = any;

export interface CallOptions {
  headers?: Record<string, string>;
  /** Gives a token to use instead of the session's own. */
  as?: () => ReturnType<typeof credentials>;
  signal?: AbortSignal;
}

/** @throws ApiError */
export async function call(
  method: string,
  path: string,
  body?: unknown,
  options: CallOptions = {},
): Promise<Answer> {
  const response = await send(method, path, body, options);
  if (!response.ok) throw await problemOf(response);
  return /json/.test(response.headers.get('content-type') ?? '') ? response.json() : response.text();
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

/** Reads, with repeats until the gateway answers. @throws ApiError for a permanent failure. */
export const read = (path: string, options: CallOptions = {}): Promise<Answer> =>
  untilAnswered(() => call('GET', path, undefined, options), { signal: options.signal });

/** Does an act that may be repeated: it waits until the gateway answers, also on other pages. @throws as `read` */
export const keep = (method: string, path: string, body?: unknown): Promise<Answer> =>
  untilAnswered(() => call(method, path, body));

export const write = (path: string, body: unknown, headers?: Record<string, string>) =>
  call('POST', path, body, headers ? { headers } : {});

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
  method: string,
  path: string,
  body: unknown,
  options: CallOptions,
  once: { renewed?: true; loggedIn?: true } = {},
): Promise<Response> {
  const { token, key } = await (options.as ?? credentials)();
  const { resource } = await about();
  const target = resource + (path.split('?')[0] ?? '');
  const proof = await proofOf(key, method, target, { token, skew: clockSkew() });
  const init: RequestInit = {
    method,
    headers: {
      accept: 'application/json',
      authorization: `DPoP ${token}`,
      dpop: proof,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.signal && { signal: options.signal }),
  };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await inTurn(() => fetch(BASE + path, init)).catch((error) => {
    throw options.signal?.aborted ? error : new ApiError(0, {});
  });
  heed(response);
  if (response.status !== 401) return response;
  if (await demandsLogin(response)) {
    // Nothing was done, so the same call is made again by itself, once.
    const goesOn = !once.loggedIn && (await logInAgain());
    return goesOn ? send(method, path, body, options, { ...once, loggedIn: true }) : response;
  }
  if (options.as) return response;
  if (!once.renewed) {
    await renew();
    return send(method, path, body, options, { ...once, renewed: true });
  }
  drop('TOKEN_INVALID');
  return response;
}

async function demandsLogin(response: Response): Promise<boolean> {
  const { problem } = await problemOf(response.clone());
  return problem.code === 'STEP_UP_REQUIRED';
}

/** Files of the log, which need no token if the operator has made them public. Repeats until the gateway answers. */
export const file = (path: string, init: RequestInit = {}): Promise<Uint8Array<ArrayBuffer>> =>
  untilAnswered(() => fileOnce(path, init));

/** Epoch milliseconds before which everything is in the tree, as the last checkpoint came with it; `null`: not known yet. */
export const treeUntil = signal<number | null>(null);

/** For a reader that asks again by itself. */
export async function fileOnce(path: string, init: RequestInit = {}): Promise<Uint8Array<ArrayBuffer>> {
  const response = await inTurn(() => fetch(BASE + path, init)).catch(() =>
    Promise.reject(new ApiError(0, {})),
  );
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
