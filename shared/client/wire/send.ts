/** Sends one request, again where that is safe, and reads the whole answer. */
import {
  type Attempt,
  mayHaveBeenSent,
  mayRepeat,
  pause,
  type RetryPolicy,
  type Safety,
  waitAfter,
} from '../retry.ts';
import { type Answer, FieldgateError } from './errors.ts';

export interface SendOptions {
  safety: Safety;
  retry: RetryPolicy;
  /** Milliseconds for each attempt. */
  timeout: number;
  signal?: AbortSignal | undefined;
}

/**
 * @param request makes the request anew each time, so that proofs and assertions are never used twice.
 * @returns the last answer, whatever its status.
 * @throws FieldgateError `UNREACHABLE` or `ANSWER_LOST` when there was none; an error that `request`
 *   threw as a FieldgateError; the signal's reason when the caller aborted.
 */
export async function send(
  request: (signal: AbortSignal) => Promise<Response>,
  { safety, retry, timeout, signal }: SendOptions,
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
    throw noAnswer(attempt, safety);
  }
}

async function once(
  request: (signal: AbortSignal) => Promise<Response>,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<Attempt> {
  const limit = AbortSignal.timeout(timeout);
  try {
    const response = await request(signal ? AbortSignal.any([signal, limit]) : limit);
    return { answer: { status: response.status, headers: response.headers, text: await response.text() } };
  } catch (failure) {
    signal?.throwIfAborted();
    if (failure instanceof FieldgateError) throw failure;
    return { failure, sent: mayHaveBeenSent(failure) };
  }
}

function noAnswer(attempt: { failure: unknown; sent: boolean }, safety: Safety): FieldgateError {
  const cause = attempt.failure;
  if (safety === 'once' && attempt.sent) {
    const message =
      'The request was sent but no answer came back: the release may have happened and then stands in the log';
    return new FieldgateError('ANSWER_LOST', message, { cause });
  }
  return new FieldgateError('UNREACHABLE', 'The gateway cannot be reached', { cause });
}
