import { FieldgateError } from './errors.ts';
import { pause } from './send.ts';

/** Does the work of a list again after the time that the gateway names if the rate of the minute is spent: nothing was done then. */
export async function patiently<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isOfRate(error)) throw error;
      await pause(((error.retryAfter ?? 1) + Math.random()) * 1000, signal);
    }
  }
}

/** The token endpoint has no code of its own for it. */
function isOfRate(error: unknown): error is FieldgateError {
  if (!(error instanceof FieldgateError)) return false;
  return error.code === 'RATE_LIMITED' || (error.code === 'TOKEN_REFUSED' && error.status === 429);
}
