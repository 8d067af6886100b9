import type { Run } from './run.ts';

/** Namespace and names of the metrics, which the stack's alarms watch. */
const NAMESPACE = 'Fieldgate';

/**
 * Writes a run as CloudWatch metrics (embedded metric format): numbers only. What a look did not get to know is left
 * out, and the alarms miss it.
 */
export function reportRun(run: Run, now: number): void {
  const Metrics = [
    { Name: 'GraveAlerts', Unit: 'Count' },
    ...(run.behind === null ? [] : [{ Name: 'WatchBehind', Unit: 'Count' }]),
    { Name: 'ReconcileFaults', Unit: 'Count' },
    ...(run.uncompared === null ? [] : [{ Name: 'ReconcileBehind', Unit: 'Milliseconds' }]),
    { Name: 'WatchFailures', Unit: 'Count' },
  ];
  console.log(
    JSON.stringify({
      _aws: { Timestamp: now, CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: [[]], Metrics }] },
      GraveAlerts: run.grave,
      ...(run.behind !== null && { WatchBehind: run.behind }),
      ReconcileFaults: run.faults,
      ...(run.uncompared !== null && { ReconcileBehind: run.uncompared }),
      WatchFailures: run.failures,
      leaves: run.leaves,
    }),
  );
}
