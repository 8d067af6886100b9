import { lambdaDeps } from '../deps.ts';
import { metered } from '../http/metrics.ts';
import { handle } from '../http/rest-event.ts';
import { openVerify } from './app.ts';
import { VERIFY_ENV } from './deps.ts';

const verifier = openVerify(lambdaDeps(VERIFY_ENV));
const answer = metered('verify', handle(verifier.app));

type Event = Parameters<typeof answer>[0];
type Context = NonNullable<Parameters<typeof answer>[1]> & { getRemainingTimeInMillis(): number };

/** Milliseconds that are kept for the last page of proofs. */
const SPARE = 5000;

/** Handles a request from the API, or the scheduled pass over proofs whose records have changed. */
export async function handler(event: Event | { fieldgate: 'recheck' }, context: Context): Promise<unknown> {
  if ('fieldgate' in event)
    return { revoked: await verifier.recheck(() => context.getRemainingTimeInMillis() > SPARE) };
  return answer(event, context);
}
