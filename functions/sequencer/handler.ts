import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { readEnv } from '../../shared/env.ts';
import { newS3 } from '../../shared/log/files/s3-reader.ts';
import { SEQUENCER_ENV, sequencerApp } from './app.ts';
import { EVERY, endOfRun, reportRun, runSequencer } from './run.ts';
import { s3Store } from './stores/s3.ts';

const env = readEnv(process.env, [...SEQUENCER_ENV, 'tilesBucket', 'edgeBucket']);
const sequencer = sequencerApp({
  env,
  kms: new KMSClient(),
  dynamo: new DynamoDBClient(),
  now: Date.now,
  tree: s3Store({ s3: newS3(), tilesBucket: env.tilesBucket, edgeBucket: env.edgeBucket }),
});

/** Scheduled each minute, one at a time: steps until the next minute begins. */
export async function handler(
  _event: unknown,
  context: { getRemainingTimeInMillis(): number },
): Promise<void> {
  const until = endOfRun(Date.now(), context.getRemainingTimeInMillis());
  const run = await runSequencer(sequencer, { now: Date.now, until, every: EVERY });
  reportRun(run, Date.now());
  if (run.failures > 0 && run.size === 0) throw new Error('no step of the sequencer came to its end');
}
