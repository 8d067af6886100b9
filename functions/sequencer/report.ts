import type { Run } from './run.ts';

/** Namespace and names of the metrics, which the stack's alarms watch. */
const NAMESPACE = 'Fieldgate';

/** Writes a run as CloudWatch metrics (embedded metric format): numbers only. A lag that nobody knows is left out, which alarms. */
export function reportRun(run: Run, now: number): void {
  const Metrics = [
    ...(run.lag === null ? [] : [{ Name: 'SequencerLag', Unit: 'Milliseconds' }]),
    { Name: 'SequencedEntries', Unit: 'Count' },
    { Name: 'ChainFaults', Unit: 'Count' },
    { Name: 'IndexFaults', Unit: 'Count' },
    { Name: 'SequencerFailures', Unit: 'Count' },
  ];
  console.log(
    JSON.stringify({
      _aws: { Timestamp: now, CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: [[]], Metrics }] },
      ...(run.lag !== null && { SequencerLag: run.lag }),
      SequencedEntries: run.sequenced,
      ChainFaults: run.faults,
      IndexFaults: run.missing,
      SequencerFailures: run.failures,
      treeSize: run.size,
    }),
  );
}
