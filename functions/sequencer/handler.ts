import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { newS3 } from '../../shared/log/files/s3-reader.ts';
import { lambdaDeps } from '../deps.ts';
import { isClosed } from '../mode.ts';
import { SEQUENCER_ENV, sequencerApp } from './app.ts';
import { checkChains } from './check-chains.ts';
import { EVERY, endOfRun, reportRun, runSequencer } from './run.ts';
import { s3Store } from './stores/s3.ts';
import { tableWriters } from './stores/tree-table.ts';
import { serveChecks, threadCheckers } from './threads.ts';

const deps = lambdaDeps([...SEQUENCER_ENV, 'tilesBucket', 'edgeBucket', 'checkThreads']);
const threads = Number(deps.env.checkThreads);

// A thread loads this file as well.
if (!isMainThread) {
  const writers = tableWriters({ ...deps.env, dynamo: deps.dynamo });
  serveChecks((group) => checkChains({ writers, certifiers: workerData }, group));
}

const sequencer = sequencerApp({
  ...deps,
  tree: s3Store({ s3: newS3(), tilesBucket: deps.env.tilesBucket, edgeBucket: deps.env.edgeBucket }),
  ...(threads > 0 && {
    checkers: (own, certifiers) =>
      threadCheckers(threads, () => new Worker(__filename, { workerData: certifiers }), own),
  }),
});

/** Scheduled each minute, never concurrently: makes steps until the next minute begins. */
export async function handler(
  _event: unknown,
  context: { getRemainingTimeInMillis(): number },
): Promise<void> {
  if (await isClosed(deps.dynamo, 'sequencer')) return;
  // While no record is read or written, an operator may use an empty table instead of the tree's.
  if (await isClosed(deps.dynamo, 'intake')) await sequencer.remake();
  const until = endOfRun(Date.now(), context.getRemainingTimeInMillis());
  const run = await runSequencer(sequencer, { now: Date.now, until, every: EVERY });
  reportRun(run, Date.now());
  if (run.failures > 0 && run.size === 0) throw new Error('every step of the sequencer failed');
}
