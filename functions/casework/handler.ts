import { lambdaDeps } from '../deps.ts';
import { metered } from '../http/metrics.ts';
import { handle } from '../http/rest-event.ts';
import { scheduled } from '../http/scheduled.ts';
import { openCasework } from './app.ts';
import { CASEWORK_ENV } from './deps.ts';

const deps = lambdaDeps(CASEWORK_ENV);
const casework = openCasework(deps);
const own = { dynamo: deps.dynamo, fn: 'casework' } as const;
const answer = metered('casework', handle(casework.app));

type Event = Parameters<typeof answer>[0];
type Context = NonNullable<Parameters<typeof answer>[1]> & { getRemainingTimeInMillis(): number };

/** Milliseconds left for the last step of a pass. */
const SPARE = 5000;

/** A request from the API, or the pass over the log and the tasks that runs each minute. */
export async function handler(event: Event | { fieldgate: 'tasks' }, context: Context): Promise<unknown> {
  if ('fieldgate' in event)
    return scheduled(own, 'tasks', async () => ({
      done: await casework.pass(() => context.getRemainingTimeInMillis() > SPARE),
    }));
  return answer(event, context);
}
