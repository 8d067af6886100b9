import { newS3, s3Reader } from '../../shared/log/files/s3-reader.ts';
import { lambdaDeps } from '../deps.ts';
import { isClosed } from '../mode.ts';
import { WATCH_ENV, watchApp } from './app.ts';
import { lambdaRuns } from './lambda.ts';
import { reportRun, runWatch } from './run.ts';
import { s3Trail } from './trail.ts';

const CODE = ['watchedFunctions', 'lambdaEndpoint', 'environment'] as const;
const deps = lambdaDeps([...WATCH_ENV, 'tilesBucket', 'edgeBucket', 'trailBucket', 'trailPrefix', ...CODE]);
const s3 = newS3();
const { watchedFunctions, lambdaEndpoint: endpoint, environment } = deps.env;
const asked = { endpoint, functions: watchedFunctions.split(' '), prefix: `fieldgate-${environment}-` };
/** A change of a function, of which EventBridge tells, is looked at by an instance that has not asked yet. */
const open = () =>
  watchApp({
    ...deps,
    running: () => lambdaRuns(deps.kms, asked),
    tree: s3Reader({ s3, tilesBucket: deps.env.tilesBucket, edgeBucket: deps.env.edgeBucket }),
    trail: s3Trail({ s3, bucket: deps.env.trailBucket, prefix: deps.env.trailPrefix }),
  });
let watcher = open();

/** Milliseconds left for the last scan. */
const SPARE = 10_000;

/**
 * Scheduled each minute, and by each change of a function, never concurrently: scans all new entries, asks what runs, and compares
 * KMS's record.
 */
export async function handler(
  event: { source?: string },
  context: { getRemainingTimeInMillis(): number },
): Promise<void> {
  if (event.source === 'aws.lambda') watcher = open();
  if (await isClosed(deps.dynamo, 'watch')) return;
  const until = Date.now() + context.getRemainingTimeInMillis() - SPARE;
  const run = await runWatch(watcher, { now: Date.now, until });
  reportRun(run, Date.now());
}
