import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { newS3 } from '../../shared/log/files/s3-reader.ts';
import { lambdaDeps } from '../deps.ts';
import { reportFault, toProblem } from '../http/problem.ts';
import { writeMetrics } from '../metrics.ts';
import { isClosed } from '../mode.ts';
import { SEQUENCER_ENV, sequencerApp } from './app.ts';
import { checkChains } from './check-chains.ts';
import { EVERY, endOfRun, reportRun, runSequencer } from './run.ts';
import { s3Archive, s3Extracts, s3Store } from './stores/s3.ts';
import { tableWriters } from './stores/tree-table.ts';
import { serveChecks, threadCheckers } from './threads.ts';

const deps = lambdaDeps([
  ...SEQUENCER_ENV,
  ...(['tilesBucket', 'edgeBucket', 'archiveBucket', 'extractBucket', 'checkThreads'] as const),
]);
const threads = Number(deps.env.checkThreads);

// A thread loads this file as well.
if (!isMainThread) {
  const writers = tableWriters({ ...deps.env, dynamo: deps.dynamo });
  serveChecks((group) => checkChains({ writers, certifiers: workerData }, group));
}

const s3 = newS3();
const { archiveBucket, extractBucket } = deps.env;
const sequencer = sequencerApp({
  ...deps,
  tree: s3Store({ s3, tilesBucket: deps.env.tilesBucket, edgeBucket: deps.env.edgeBucket }),
  ...(threads > 0 && {
    checkers: (own, certifiers) =>
      threadCheckers(threads, () => new Worker(__filename, { workerData: certifiers }), own),
  }),
});

/** Milliseconds for each copy after the last step. */
const ARCHIVING = 2_000;

/** Leaves that the log account lacks, if that is known. */
let left: number | undefined;

async function copy(until: number): Promise<void> {
  const archived = sequencer.archive(s3Archive(s3, archiveBucket), until);
  // The log grows without its copy, and an alarm says that it does.
  left = (await archived.catch((error) => reportFault({ work: 'archive' }, toProblem(error)))) ?? undefined;
}

/** Scheduled each minute, never concurrently: makes steps until the next minute begins. */
export async function handler(
  _event: unknown,
  context: { getRemainingTimeInMillis(): number },
): Promise<void> {
  if (await isClosed(deps.dynamo, 'sequencer')) return;
  // While no record is read or written, an operator may use an empty table instead of the tree's.
  if (await isClosed(deps.dynamo, 'intake')) await sequencer.remake();
  const spare = extractBucket === 'none' ? 0 : ARCHIVING;
  const until = endOfRun(Date.now(), context.getRemainingTimeInMillis()) - spare;
  // What is behind is copied between steps as well.
  const meanwhile = async (end: number) => left && copy(end);
  const run = await runSequencer(sequencer, { now: Date.now, until, every: EVERY, meanwhile });
  reportRun(run, Date.now());
  if (archiveBucket !== 'none') {
    await copy(until + ARCHIVING);
    writeMetrics({ ArchiveBehind: left ?? null }, { now: Date.now() });
  }
  if (extractBucket !== 'none') {
    const extracted = sequencer.extract(s3Extracts(s3, extractBucket), until + 2 * ARCHIVING);
    // Only queries of auditors wait for it.
    await extracted.catch((error) => reportFault({ work: 'extract' }, toProblem(error)));
  }
  if (run.failures > 0 && run.size === 0) throw new Error('every step of the sequencer failed');
}
