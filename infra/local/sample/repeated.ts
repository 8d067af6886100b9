/** Parts of the filling that are repeated if the gateway refuses a request for a reason that may pass. */

import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import { pause } from '../../../shared/client/wire/send.ts';

/** How often a part is begun. The client itself has repeated a request that may be repeated alone. */
const ATTEMPTS = 4;
/** Milliseconds before the second time, doubled before each further one. */
const WAIT = 2000;

/**
 * @param part may be repeated: what it has done stays
 * @param tell gets the code before each repeat
 * @throws the last refusal, or one that would come again
 */
export async function repeated<T>(
  part: () => Promise<T>,
  tell: (code: string) => void,
  wait = WAIT,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await part();
    } catch (error) {
      if (attempt === ATTEMPTS || !mayPass(error)) throw error;
      tell(codeOf(error));
      await pause(wait * 2 ** (attempt - 1));
    }
  }
}

/** Codes are of a closed table or the system's own, so they hold no value. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unexpected';
}

/**
 * No answer; a gateway that has no time for the request or fails at it; a proof, a token or a number that was overtaken while
 * the request waited.
 */
function mayPass(error: unknown): boolean {
  if (!(error instanceof FieldgateError)) return false;
  const { status, code } = error;
  if (status === null || status === 429 || status >= 500) return true;
  return (
    code === 'CONFLICT' || code === 'TOKEN_INVALID' || code === 'DPOP_INVALID' || code === 'DPOP_REPLAYED'
  );
}
