import { writeMetrics } from '../metrics.ts';
import type { Watcher } from './app.ts';

/** What one run saw. */
export interface Run {
  /** Leaves that were looked at. */
  leaves: number;
  /** Alerts that were new and that somebody must look at. */
  grave: number;
  /** Leaves that still wait; `null` where the look failed. */
  behind: number | null;
  /** Mismatches of KMS's record with the log that were new. */
  faults: number;
  /** Milliseconds of settled time that were not compared yet; `null` where the comparison failed. */
  uncompared: number | null;
  failures: number;
}

/** Looks until everything was seen, or the time is up. What fails is begun again by the next run. */
export async function runWatch(
  watcher: Watcher,
  { now, until }: { now(): number; until: number },
): Promise<Run> {
  const run: Run = { leaves: 0, grave: 0, behind: null, faults: 0, uncompared: null, failures: 0 };
  try {
    do {
      const { leaves, grave, behind } = await watcher.look();
      run.leaves += leaves;
      run.grave += grave;
      run.behind = behind;
    } while (run.behind > 0 && now() < until);
  } catch {
    run.failures += 1;
  }
  // Neither waits for the other: a log that stands still must not hide what KMS saw.
  try {
    do {
      const { faults, behind } = await watcher.reconcile();
      run.faults += faults;
      run.uncompared = behind;
    } while (run.uncompared > 0 && now() < until);
  } catch {
    run.failures += 1;
  }
  return run;
}

/** Writes a run as metrics. What a failed scan did not find out is left out, which raises an alarm; so are counts of nothing, which cost. */
export function reportRun(run: Run, now: number): void {
  const metrics = {
    GraveAlerts: run.grave || null,
    WatchBehind: run.behind,
    ReconcileFaults: run.faults || null,
    ReconcileBehind: run.uncompared,
    WatchFailures: run.failures || null,
  };
  writeMetrics(metrics, { now, about: { leaves: run.leaves } });
}
