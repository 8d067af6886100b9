import type { Run } from './run.ts';

/** Namespace and names of the metrics, which the stack's alarms watch. */
const NAMESPACE = 'Fieldgate';

/** Writes a run as CloudWatch metrics (embedded metric format): numbers only. */
export function reportRun(run: Run, now: number): void {
  const Metrics = [
    { Name: 'GraveAlerts', Unit: 'Count' },
    { Name: 'WatchBehind', Unit: 'Count' },
    { Name: 'ReconcileFaults', Unit: 'Count' },
    ...(run.uncompared === null ? [] : [{ Name: 'ReconcileBehind', Unit: 'Milliseconds' }]),
    { Name: 'WatchFailures', Unit: 'Count' },
  ];
  console.log(
    JSON.stringify({
      _aws: { Timestamp: now, CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: [[]], Metrics }] },
      GraveAlerts: run.grave,
      WatchBehind: run.behind,
      ReconcileFaults: run.faults,
      ...(run.uncompared !== null && { ReconcileBehind: run.uncompared }),
      WatchFailures: run.failures,
      leaves: run.leaves,
    }),
  );
}
