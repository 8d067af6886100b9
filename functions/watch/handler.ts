import { newS3, s3Reader } from '../../shared/log/files/s3-reader.ts';
import { lambdaDeps } from '../deps.ts';
import { isClosed } from '../mode.ts';
import { WATCH_ENV, watchApp } from './app.ts';
import { reportRun, runWatch } from './run.ts';
import { s3Trail } from './trail.ts';

const deps = lambdaDeps([...WATCH_ENV, 'tilesBucket', 'edgeBucket', 'trailBucket', 'trailPrefix']);
const s3 = newS3();
const watcher = watchApp({
  ...deps,
  tree: s3Reader({ s3, tilesBucket: deps.env.tilesBucket, edgeBucket: deps.env.edgeBucket }),
  trail: s3Trail({ s3, bucket: deps.env.trailBucket, prefix: deps.env.trailPrefix }),
});

/** Milliseconds left for the last scan. */
const SPARE = 10_000;

/** Scheduled each minute, never concurrently: scans all new entries and compares KMS's record. */
export async function handler(
  _event: unknown,
  context: { getRemainingTimeInMillis(): number },
): Promise<void> {
  if (await isClosed(deps.dynamo, 'watch')) return;
  const until = Date.now() + context.getRemainingTimeInMillis() - SPARE;
  const run = await runWatch(watcher, { now: Date.now, until });
  reportRun(run, Date.now());
}
