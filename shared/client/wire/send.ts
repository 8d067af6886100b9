/** Sends one request, repeats it if that is safe, and reads the complete answer. */
import { type Answer, codesOf, FieldgateError, problemOf, retryAfterOf, unreachable } from './errors.ts';

export interface SendOptions {
  /** The URL of the call, for the words of a failure. */
  to: string;
  safety: Safety;
  retry: RetryPolicy;
  /** Milliseconds for each attempt. */
  timeout: number;
  signal?: AbortSignal | undefined;
}

/**
 * @param request makes a new request for each attempt, so that proofs and assertions are never used twice.
 * @returns the last answer, whatever its status.
 * @throws FieldgateError `UNREACHABLE` or `ANSWER_LOST` if there was none; an error that `request` threw as a
 * FieldgateError; the signal's reason if the caller aborted.
 */
export async function send(
  request: (signal: AbortSignal) => Promise<Response>,
  { to, safety, retry, timeout, signal }: SendOptions,
): Promise<Answer> {
  for (let number = 1; ; number++) {
    signal?.throwIfAborted();
    const attempt = await once(request, timeout, signal);
    const wait =
      number < retry.attempts && mayRepeat(attempt, number, safety)
        ? waitAfter(attempt, number, retry)
        : null;
    if (wait !== null) {
      await pause(wait, signal);
      continue;
    }
    if ('answer' in attempt) return attempt.answer;
    throw noAnswer(attempt, safety, to);
  }
}

async function once(
  request: (signal: AbortSignal) => Promise<Response>,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<Attempt> {
  // `AbortSignal.any` is younger than the oldest browser that is supported.
  const ends = new AbortController();
  const stop = () => ends.abort(signal?.reason);
  const limit = setTimeout(() => ends.abort(new DOMException('No answer in time', 'TimeoutError')), timeout);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const response = await request(ends.signal);
    return { answer: { status: response.status, headers: response.headers, text: await response.text() } };
  } catch (failure) {
    signal?.throwIfAborted();
    if (failure instanceof FieldgateError) throw failure;
    return { failure, sent: mayHaveBeenSent(failure) };
  } finally {
    clearTimeout(limit);
    signal?.removeEventListener('abort', stop);
  }
}

function noAnswer(attempt: { failure: unknown; sent: boolean }, safety: Safety, to: string): FieldgateError {
  const cause = attempt.failure;
  if (safety === 'once' && attempt.sent) {
    const message =
      'The request was sent but no answer came back: the release may have been carried out and is then in the log';
    return new FieldgateError('ANSWER_LOST', message, { cause });
  }
  return unreachable(to, cause);
}

/*
 * Decides whether and when a call is repeated. Only calls that the gateway has certainly not carried out, or
 * may safely carry out twice, are repeated.
 */

export interface RetryPolicy {
  /** Attempts in all; 1 turns retries off. */
  attempts: number;
  /** Maximum milliseconds before the second attempt; doubled for each further one. */
  base: number;
  /** The longest wait in milliseconds; a longer `Retry-After` ends the attempts. */
  longest: number;
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 5, base: 250, longest: 20_000 };

/**
 * `repeatable` calls may be carried out twice: reads and tokens. `keyed` calls carry an Idempotency-Key,
 * under which the gateway carries them out once. A `once` call (a release) is repeated only if nothing can
 * have happened.
 */
export type Safety = 'repeatable' | 'keyed' | 'once';

/** The result of one attempt: an answer, or a failure without one. */
export type Attempt = { answer: Answer } | { failure: unknown; sent: boolean };

/** @returns whether the call may be repeated after this attempt; `number` counts the attempts. */
export function mayRepeat(attempt: Attempt, number: number, safety: Safety): boolean {
  if ('failure' in attempt) return safety !== 'once' || !attempt.sent;
  const { status } = attempt.answer;
  if (status === 429) return true;
  // The first attempt may still be running under the same key.
  if (status === 409)
    return safety === 'keyed' && number > 1 && problemOf(attempt.answer)?.code === 'CONFLICT';
  if (status !== 503) return false;
  // A 503 of the gateway guarantees that nothing was released; a proxy's 503 does not.
  return safety !== 'once' || problemOf(attempt.answer) !== null;
}

/** Full jitter, but never earlier than the gateway asked. @returns milliseconds; `null` to stop. */
export function waitAfter(attempt: Attempt, number: number, policy: RetryPolicy): number | null {
  const asked = 'answer' in attempt ? (retryAfterOf(attempt.answer.headers) ?? 0) * 1000 : 0;
  if (asked > policy.longest) return null;
  const backoff = Math.random() * Math.min(policy.base * 2 ** (number - 1), policy.longest);
  return asked + backoff;
}

const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether a failed fetch may have reached the gateway. Browsers do not tell, so there the answer is yes. */
export function mayHaveBeenSent(failure: unknown): boolean {
  const cause = failure instanceof Error ? failure.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return !(typeof code === 'string' && NEVER_SENT.has(code)) && !isCertificateRefused(failure);
}

/** Whether the other side said in the handshake that it got no client certificate, or none that it takes. */
function isCertificateRefused(failure: unknown): boolean {
  return codesOf(failure).some((code) => /^ERR_SSL_.*ALERT_.*(CERTIFICATE|CA$|HANDSHAKE)/.test(code));
}

/** Resolves after `ms`; rejects with the signal's reason when aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
