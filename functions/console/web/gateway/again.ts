/**
 * A new login of the same person in a second window, for an act that demands a recent one. What is typed, the key and
 * the handle stay in this window; the code comes by a channel of the origin, because the policy of the page cuts the
 * second window off from it. It is worth nothing without the verifier, which only this window has.
 */
import { effect, signal } from '@preact/signals';
import { ASK, issuerPage, redirectUri } from './about.ts';
import { digest, randomText } from './dpop.ts';
import { ApiError } from './problems.ts';
import { person, renew, renewBy, sessionTimes } from './session.ts';

/** Begins the state of such a login, by which the second window knows what it is. */
const MARK = 'again.';
const CHANNEL = 'fieldgate.again';
/** Milliseconds for which the second window waits for the first one to take the code. */
const PATIENCE = 3000;

export interface Demand {
  /** The issuer's page; `null` until it is known. Each address is used once. */
  url: string | null;
  state: 'asked' | 'open' | 'checking' | 'broken' | 'other' | 'stale' | 'unreachable';
}
/** What the person is asked, while a call waits for it. */
export const demand = signal<Demand | null>(null);

interface Handed {
  state: string;
  code?: string;
  /** The first window has taken it. */
  taken?: true;
}

interface Attempt {
  state: string;
  codeVerifier: string;
}

let attempt: Attempt | null = null;
let waiting: { promise: Promise<boolean>; settle(done: boolean): void } | null = null;
let channel: BroadcastChannel | null = null;

/** Calls that wait at once are asked for together. @returns false if the person gave it up, or the session ended */
export function logInAgain(): Promise<boolean> {
  if (waiting) return waiting.promise;
  let settle: (done: boolean) => void = () => {};
  const promise = new Promise<boolean>((resolve) => {
    settle = resolve;
  });
  waiting = { promise, settle };
  channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<Handed>) => void taken(data);
  void begin('asked');
  return promise;
}

/** A new address, for the first window of the login or the next one. */
async function begin(state: Demand['state']): Promise<void> {
  attempt = null;
  demand.value = { url: null, state };
  const next: Attempt = { state: MARK + randomText(), codeVerifier: randomText() };
  try {
    const url = await issuerPage({
      state: next.state,
      code_challenge: await digest(next.codeVerifier),
      ...ASK,
    });
    if (!waiting) return;
    attempt = next;
    demand.value = { url, state };
  } catch {
    if (waiting) demand.value = { url: null, state: 'unreachable' };
  }
}

export const tryAgain = () => void begin('asked');

/** The window is open, or the browser has blocked it: the link to the same address stays. */
export function opened(): void {
  if (demand.value) demand.value = { ...demand.value, state: 'open' };
}

export function giveUp(done = false): void {
  const { settle } = waiting ?? {};
  [waiting, attempt, demand.value] = [null, null, null];
  channel?.close();
  channel = null;
  settle?.(done);
}

async function taken({ state, code, taken }: Handed): Promise<void> {
  if (taken || state !== attempt?.state) return;
  const { codeVerifier } = attempt;
  // One code for one address.
  attempt = null;
  channel?.postMessage({ state, taken: true } satisfies Handed);
  if (code === undefined) return begin('broken');
  demand.value = { url: null, state: 'checking' };
  const before = sessionTimes()?.since ?? null;
  try {
    await renewBy({ code, codeVerifier, redirectUri: redirectUri() });
    return giveUp(true);
  } catch (error) {
    // The answer of a login that counts may be the one that was lost.
    await renew().catch(() => {});
    if (!waiting) return;
    if ((sessionTimes()?.since ?? null) !== before) return giveUp(true);
    await begin(stateAfter(error));
  }
}

function stateAfter(error: unknown): Demand['state'] {
  const { status, problem } = error instanceof ApiError ? error : new ApiError(0, {});
  if (problem.reason === 'OTHER_PERSON') return 'other';
  if (problem.code === 'STEP_UP_REQUIRED') return 'stale';
  return status === 0 || status >= 429 ? 'unreachable' : 'broken';
}

// A locked console takes no login of before.
effect(() => {
  if (person.value === null && waiting) giveUp();
});

/** In the second window: whether its address is the answer to such a login. */
export const isSecond = () => (new URLSearchParams(location.search).get('state') ?? '').startsWith(MARK);

/** Hands the answer over and removes it from the address. @returns whether a window took it */
export async function handOver(): Promise<boolean> {
  const answer = new URLSearchParams(location.search);
  history.replaceState(null, '', redirectUri());
  const [state, code] = [answer.get('state') ?? '', answer.get('code')];
  const to = new BroadcastChannel(CHANNEL);
  const took = new Promise<boolean>((resolve) => {
    to.onmessage = ({ data }: MessageEvent<Handed>) => {
      if (data.taken && data.state === state) resolve(true);
    };
    setTimeout(() => resolve(false), PATIENCE);
  });
  to.postMessage({ state, ...(code !== null && { code }) } satisfies Handed);
  const done = await took;
  to.close();
  return done;
}
