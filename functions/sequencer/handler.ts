import { newS3 } from '../../shared/log/files/s3-reader.ts';
import { lambdaDeps } from '../deps.ts';
import { SEQUENCER_ENV, sequencerApp } from './app.ts';
import { EVERY, endOfRun, reportRun, runSequencer } from './run.ts';
import { s3Store } from './stores/s3.ts';

const deps = lambdaDeps([...SEQUENCER_ENV, 'tilesBucket', 'edgeBucket']);
const sequencer = sequencerApp({
  ...deps,
  tree: s3Store({ s3: newS3(), tilesBucket: deps.env.tilesBucket, edgeBucket: deps.env.edgeBucket }),
});

/** Scheduled each minute, never concurrently: makes steps until the next minute begins. */
export async function handler(
  _event: unknown,
  context: { getRemainingTimeInMillis(): number },
): Promise<void> {
  const until = endOfRun(Date.now(), context.getRemainingTimeInMillis());
  const run = await runSequencer(sequencer, { now: Date.now, until, every: EVERY });
  reportRun(run, Date.now());
  if (run.failures > 0 && run.size === 0) throw new Error('every step of the sequencer failed');
}
