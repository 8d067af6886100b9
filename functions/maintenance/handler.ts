import { lambdaDeps } from '../deps.ts';
import { metered } from '../http/metrics.ts';
import { handle } from '../http/rest-event.ts';
import { writeMetrics } from '../metrics.ts';
import { openMaintenance } from './app.ts';
import { MAINTENANCE_ENV } from './deps.ts';

const maintenance = openMaintenance(lambdaDeps(MAINTENANCE_ENV));
const answer = metered('maintenance', handle(maintenance.app));

type Event = Parameters<typeof answer>[0];
type Context = NonNullable<Parameters<typeof answer>[1]> & { getRemainingTimeInMillis(): number };

/** Milliseconds left for the last page of a run. */
const SPARE = 10_000;

/** A request from the API, the run on open jobs that starts each minute, or the start of the passes of the day. */
export async function handler(
  event: Event | { fieldgate: 'jobs' | 'daily' },
  context: Context,
): Promise<unknown> {
  if ('fieldgate' in event && event.fieldgate === 'daily') return { started: await maintenance.daily() };
  if ('fieldgate' in event) {
    const again = await maintenance.work(() => context.getRemainingTimeInMillis() > SPARE);
    writeMetrics({ JobRuns: 1 }, { now: Date.now() });
    return { again };
  }
  return answer(event, context);
}
