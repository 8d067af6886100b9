import { Work } from '../http/scheduled.ts';
import { writeMetrics } from '../metrics.ts';
import type { Watcher } from './app.ts';

/** Result of one run. */
export interface Run {
  /** Leaves that were scanned. */
  leaves: number;
  /** New alerts that an officer must review at once. */
  grave: number;
  /** Erasures that people asked for. */
  erasures: number;
  /** Leaves that are not scanned yet; `null` if the scan failed. */
  behind: number | null;
  /** New mismatches of KMS's record with the log. */
  faults: number;
  /** Milliseconds of settled time that were not compared yet; `null` if the comparison failed. */
  uncompared: number | null;
  failures: number;
}

/** Scans and compares until all is done or the time is up. The next run repeats failed work. */
export async function runWatch(
  watcher: Watcher,
  { now, until }: { now(): number; until: number },
): Promise<Run> {
  const run: Run = {
    leaves: 0,
    grave: 0,
    erasures: 0,
    faults: 0,
    failures: 0,
    behind: null,
    uncompared: null,
  };
  const scanned = await new Work('scan').step(async () => {
    do {
      const { leaves, grave, erasures, behind } = await watcher.scan();
      run.leaves += leaves;
      run.grave += grave;
      run.erasures += erasures;
      run.behind = behind;
    } while (run.behind > 0 && now() < until);
    return true;
  });
  // Independent of the scan: a log that cannot be scanned must not hide mismatches with KMS.
  const compared = await new Work('reconcile').step(async () => {
    for (let again = true; again; ) {
      const { faults, behind, waits } = await watcher.reconcile();
      run.faults += faults;
      run.uncompared = behind;
      again = behind > 0 && !waits && now() < until;
    }
    return true;
  });
  run.failures = [scanned, compared].filter((one) => one === null).length;
  return run;
}

/** Writes a run as metrics. Unknown values are left out, which raises an alarm; so are zero counts, because they cost. */
export function reportRun(run: Run, now: number): void {
  const metrics = {
    GraveAlerts: run.grave || null,
    Erasures: run.erasures || null,
    WatchBehind: run.behind,
    ReconcileFaults: run.faults || null,
    ReconcileBehind: run.uncompared,
    WatchFailures: run.failures || null,
  };
  writeMetrics(metrics, { now, about: { leaves: run.leaves } });
}
