/**
 * The person's session: a handle, a key and short-lived tokens, only in memory. Reloading, locking or closing
 * the page deletes them. The code verifier survives the redirect in the tab's session storage and is deleted
 * on return.
 */
import { signal } from '@preact/signals';
import { requestOf } from '../../../../shared/client/wire/request.ts';
import type { Answer, Ask, Body, Line } from '../../../../shared/contract/api.ts';
import { ASK, about, BASE, issuerPage, redirectUri } from './about.ts';
import {
  type AnswerKey,
  digest,
  newAnswerKey,
  newPageKey,
  type PageKey,
  proofOf,
  randomText,
} from './dpop.ts';
import { keepLock, type Lock, lastLock, onLock, openLock } from './lock.ts';
import { ApiError, problemOf } from './problems.ts';

type Renewed = Answer<'POST /v1/sessions/renew'>;
export type Person = Renewed['person'];
type Login = NonNullable<Body<'POST /v1/sessions/renew'>['login']>;

interface Held {
  handle: string;
  key: PageKey;
  answers: AnswerKey;
  token: string;
  /** Epoch milliseconds by this machine's clock. */
  until: number;
  /** Epoch seconds by the gateway's clock. */
  ends: number;
  authTime: number | null;
  /** The last lock of this browser at the login. */
  lock: string | undefined;
}

/** The signed-in person; `null` before the login, and while the console is locked. */
export const person = signal<Person | null>(null);
/** Whether the person may do one of the actions. */
export const may = (...actions: string[]): boolean =>
  actions.some((action) => person.value?.actions.includes(action));
/** The reason for the missing session: a code of the gateway, or `locked`, `signed-out`, `broken`, `not-asked`. */
export const ended = signal<string | null>(openLock()?.why ?? null);

let held: Held | null = null;
let nonce: { value: string; at: number } | null = null;
/** Seconds by which the gateway's clock is ahead. */
let skew = 0;

const LOGIN = 'fieldgate.login';

/** Goes to the issuer's login page. */
export async function signIn(): Promise<void> {
  const [verifier, state, lock] = [randomText(), randomText(), openLock()?.id];
  const url = await issuerPage({ state, code_challenge: await digest(verifier), ...(lock && ASK) });
  const login = { verifier, state, hash: location.hash, lock, at: Date.now() / 1000 };
  sessionStorage.setItem(LOGIN, JSON.stringify(login));
  location.assign(url);
}

/** Completes a login if the browser has returned to this page from one. */
export async function comeBack(): Promise<void> {
  const answer = new URLSearchParams(location.search);
  if (!answer.has('state')) return;
  const kept = sessionStorage.getItem(LOGIN);
  sessionStorage.removeItem(LOGIN);
  const none = { verifier: '', state: '', hash: '' };
  const { verifier, state, hash, lock: answered, at } = kept ? JSON.parse(kept) : none;
  // First removes code and state from the address.
  history.replaceState(null, '', `${redirectUri()}${hash}`);
  const code = answer.get('code');
  if (code === null || answer.get('state') !== state) {
    ended.value = 'broken';
    return;
  }
  const lock = lastLock();
  // In a login that began before the lock, the issuer may not have asked.
  if (openLock() && lock?.id !== answered) return;
  const [key, answers] = await Promise.all([newPageKey(), newAnswerKey()]);
  try {
    const body = { code, codeVerifier: verifier, redirectUri: redirectUri(), enc: answers.jwk };
    const answer = await post('POST /v1/sessions', key, { body });
    take({ key, answers, lock: lock?.id }, answer.session, answer);
    if (lock && answered) settle(lock, at);
    heedLock();
  } catch (error) {
    ended.value =
      error instanceof ApiError ? (error.problem.reason ?? error.problem.code ?? 'broken') : 'broken';
  }
  dispatchEvent(new HashChangeEvent('hashchange'));
}

/** Ends the duty of the lock, unless the issuer's login is older than this one, for which it was to ask. @param at epoch seconds */
function settle(lock: Lock, at: number): void {
  const since = held?.authTime ?? null;
  if (since !== null && since < at + skew - LENIENCE) return void end('not-asked');
  // A lock of this moment stands.
  if (lastLock()?.id === lock.id) keepLock({ ...lock, answered: true });
}
/** Seconds between the clocks of issuer and gateway. */
const LENIENCE = 60;

function take(keys: Pick<Held, 'key' | 'answers' | 'lock'>, handle: string, answer: Renewed): void {
  held = {
    handle,
    ...keys,
    token: answer.access_token,
    until: Date.now() + (answer.expires_in - 20) * 1000,
    ends: answer.ends,
    authTime: answer.authTime,
  };
  ended.value = null;
  person.value = answer.person;
}

/** A valid token and the key that it is bound to. @throws ApiError */
export async function credentials(): Promise<{ token: string; key: PageKey }> {
  if (!held) throw new ApiError(401, { code: 'TOKEN_INVALID' });
  if (Date.now() >= held.until) await renew();
  if (!held) throw new ApiError(401, { code: 'TOKEN_INVALID' });
  return { token: held.token, key: held.key };
}

let renewing: Promise<void> | null = null;
export function renew(): Promise<void> {
  renewing ??= (async () => {
    if (!held) return;
    try {
      await renewHeld(held);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) drop('TOKEN_INVALID');
      throw error;
    }
  })().finally(() => {
    renewing = null;
  });
  return renewing;
}

/** A new login of the person in this session. @throws ApiError; then the session is as it was */
export async function renewBy(login: Login): Promise<void> {
  if (!held) throw new ApiError(401, { code: 'TOKEN_INVALID' });
  await renewHeld(held, login);
}

async function renewHeld(of: Held, login?: Login): Promise<void> {
  const { key, answers, handle, lock } = of;
  const body = { session: handle, ...(login && { login }) };
  const answer = await post('POST /v1/sessions/renew', key, { body });
  // A page that was locked meanwhile stays locked.
  if (held?.handle === handle) take({ key, answers, lock }, handle, answer);
}

export type Asked = NonNullable<Body<'POST /v1/sessions/renew'>['details']>;

/** A token for one purpose. It is not kept. @throws ApiError */
export async function credentialsFor(details: Asked): Promise<Awaited<ReturnType<typeof credentials>>> {
  if (!held) throw new ApiError(401, { code: 'TOKEN_INVALID' });
  const { key, handle } = held;
  const answer = await post('POST /v1/sessions/renew', key, { body: { session: handle, details } });
  return { token: answer.access_token, key };
}

/** The key that opens answers with values, which ends with the session. @throws ApiError */
export function answerKey(): AnswerKey {
  if (!held) throw new ApiError(401, { code: 'TOKEN_INVALID' });
  return held.answers;
}

/** The end of the session in epoch seconds, and the time of the login. */
export const sessionTimes = () => held && { ends: held.ends, since: held.authTime };

/** Whether the login is recent enough for acts that demand it, and stays so for a moment. */
export function isRecent(): boolean {
  const at = held?.authTime ?? null;
  return at !== null && Date.now() / 1000 + skew - at < RECENT;
}
const RECENT = 270;

/** Deletes the session on this page only. */
export function drop(why: string): void {
  held = null;
  person.value = null;
  ended.value = why;
}

/** Deletes it here and at the gateway. */
async function end(why: string): Promise<void> {
  const was = held;
  drop(why);
  if (was) await post('POST /v1/sessions/end', was.key, { body: { session: was.handle } }).catch(() => {});
}

/** Locks every tab of this browser, and lets the next login ask. */
export function lock(why: Lock['why'] = 'locked'): void {
  drop(why);
  keepLock({ id: randomText(), why });
}

/** Ends the session of every tab at the gateway, then the issuer's. */
export async function signOut(): Promise<void> {
  const ending = end('signed-out');
  lock('signed-out');
  const [metadata] = await Promise.all([about().catch(() => null), ending]);
  const page = metadata?.fieldgate_people?.console?.end_session;
  if (page !== undefined) location.assign(page);
}

function heedLock(): void {
  const last = lastLock();
  if (!held || !last || last.id === held.lock) return;
  if (last.why === 'signed-out') void end(last.why);
  else drop(last.why);
}
onLock(heedLock);

/** Milliseconds for which a nonce is used; the gateway accepts it a little longer. */
const NONCE_LASTS = 90_000;

async function freshNonce(): Promise<string> {
  if (nonce && performance.now() - nonce.at < NONCE_LASTS) return nonce.value;
  const response = await fetch(`${BASE}/v1/sessions`).catch(() => Promise.reject(new ApiError(0, {})));
  if (!response.ok) throw await problemOf(response);
  heed(response);
  nonce = { value: (await response.json()).nonce, at: performance.now() };
  return nonce.value;
}

async function post<L extends Line>(line: L, key: PageKey, ask: Ask<L>): Promise<Answer<L>> {
  const { path, body } = requestOf(line, ask);
  const [{ resource }, value] = await Promise.all([about(), freshNonce()]);
  const proof = await proofOf(key, 'POST', resource + path, { nonce: value, skew });
  const response = await fetch(BASE + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', dpop: proof },
    body: JSON.stringify(body),
  }).catch(() => Promise.reject(new ApiError(0, {})));
  const next = response.headers.get('dpop-nonce');
  if (next !== null) nonce = { value: next, at: performance.now() };
  heed(response);
  if (response.ok) return response.json();
  throw await problemOf(response);
}

/** Follows the gateway's clock if this machine's clock is wrong. */
export function heed(response: Response): void {
  const at = Date.parse(response.headers.get('date') ?? '');
  if (!Number.isNaN(at)) skew = Math.abs(at - Date.now()) > 5000 ? (at - Date.now()) / 1000 : 0;
}

export const clockSkew = () => skew;
