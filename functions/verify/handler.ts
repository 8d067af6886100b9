import { newS3 } from '../../shared/log/files/s3-reader.ts';
import { lambdaDeps } from '../deps.ts';
import { metered } from '../http/metrics.ts';
import { handle } from '../http/rest-event.ts';
import { scheduled } from '../http/scheduled.ts';
import { openVerify } from './app.ts';
import { VERIFY_ENV } from './deps.ts';
import { s3Lists } from './lists/s3-lists.ts';
import type { Lane } from './lists/work.ts';

const deps = lambdaDeps([...VERIFY_ENV, 'listsBucket', 'listLanes']);
const { listsBucket: bucket, listLanes } = deps.env;
const verifier = openVerify({ ...deps, lists: s3Lists({ s3: newS3(), bucket }) });
const answer = metered('verify', handle(verifier.app));

type Event = Parameters<typeof answer>[0];
type Context = NonNullable<Parameters<typeof answer>[1]> & { getRemainingTimeInMillis(): number };
/** Of the schedule, or of the state machine of lists. */
type Work =
  | { fieldgate: 'recheck' }
  | { fieldgate: 'list-lanes'; marker: string }
  | { fieldgate: 'list-lane'; lane: Lane };

/** Milliseconds that are kept for the last page of proofs, or for the last rows of a list. */
const SPARE = 5000;
const SPARE_ROWS = 12_000;

/** Handles a request from the API, the scheduled pass over proofs whose records have changed, or a lane of a list. */
export async function handler(event: Event | Work, context: Context): Promise<unknown> {
  if (!('fieldgate' in event)) return answer(event, context);
  return scheduled({ dynamo: deps.dynamo, fn: 'verify' }, event.fieldgate, () => work(event, context));
}

async function work(event: Work, context: Context): Promise<unknown> {
  const within = (spare: number) => () => context.getRemainingTimeInMillis() > spare;
  if (event.fieldgate === 'recheck') return { revoked: await verifier.recheck(within(SPARE)) };
  if (event.fieldgate === 'list-lane') return verifier.lists.work(event.lane, within(SPARE_ROWS));
  return { lanes: await verifier.lists.lanes(event.marker, Number(listLanes)) };
}
