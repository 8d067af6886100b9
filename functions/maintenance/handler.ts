import { lambdaDeps } from '../deps.ts';
import { metered } from '../http/metrics.ts';
import { handle } from '../http/rest-event.ts';
import { scheduled } from '../http/scheduled.ts';
import { openMaintenance } from './app.ts';
import { MAINTENANCE_ENV } from './deps.ts';
import { s3Removals } from './s3-removals.ts';

const deps = lambdaDeps([...MAINTENANCE_ENV, 'filesBucket']);
const files = s3Removals({ kms: deps.kms, bucket: deps.env.filesBucket });
const maintenance = openMaintenance({ ...deps, files });
const own = { dynamo: deps.dynamo, fn: 'maintenance' } as const;
const answer = metered('maintenance', handle(maintenance.app));

type Event = Parameters<typeof answer>[0];
type Context = NonNullable<Parameters<typeof answer>[1]> & { getRemainingTimeInMillis(): number };

/** Milliseconds left for the last page of a run. */
const SPARE = 10_000;

/** Scheduled work, and the steps of the state machine of lanes. */
type Work = { fieldgate: 'jobs' | 'daily' | 'lanes' } | { fieldgate: 'lane'; lane: string };

/** A request from the API, the run on open jobs that starts each minute, or another piece of work. */
export async function handler(event: Event | Work, context: Context): Promise<unknown> {
  if (!('fieldgate' in event)) return answer(event, context);
  const goOn = () => context.getRemainingTimeInMillis() > SPARE;
  return scheduled(own, event.fieldgate, () => work(event, goOn));
}

async function work(event: Work, goOn: () => boolean): Promise<unknown> {
  if (event.fieldgate === 'lanes') return { lanes: await maintenance.lanes() };
  if (event.fieldgate === 'lane') {
    const done = await maintenance.lane(event.lane, goOn);
    // Only if the time is over: after a failed service, the next execution tries again.
    return { again: done === false && !goOn() };
  }
  if (event.fieldgate === 'daily') return { started: await maintenance.daily() };
  return { again: await maintenance.work(goOn) };
}
