import { reportFault, toProblem } from '../http/problem.ts';
import { writeMetrics } from '../metrics.ts';
import type { Sequencer } from './app.ts';

/** Result of one run; times in milliseconds. */
export interface Run {
  sequenced: number;
  size: number;
  /**
   * Longest time that an entry waited until its checkpoint was published; 0 without entries. `null` if every step
   * failed: then it is unknown.
   */
  lag: number | null;
  /** Chains that do not verify. */
  faults: number;
  /** Rows of the index that were missing, and leaves of the tree that it lacked; at least 1 if it lacks any now. */
  missing: number;
  /** Steps that failed. */
  failures: number;
}

export interface RunOptions {
  now(): number;
  /** No step begins after this instant, epoch milliseconds. */
  until: number;
  /** Pause between steps, milliseconds. */
  every: number;
  sleep?: (ms: number) => Promise<unknown>;
  /** Work for a pause, with the instant at which it ends. */
  meanwhile?: (end: number) => Promise<unknown>;
}

/** Milliseconds between runs. */
const MINUTE = 60_000;
/** Every such minute checks a bundle of the index, whether or not the tree has grown. */
const CHECKED = 10;

/** Milliseconds between steps: with the step itself, an entry waits less than five seconds. */
export const EVERY = 4000;
/**
 * Number of steps without entries after which a run ends: the next run starts within the minute. A run that has found
 * nothing yet ends at once, because Lambda bills its pauses.
 */
const IDLE = 3;
/** Milliseconds left for the last step, in case of a backlog. */
const SPARE = 7000;

/**
 * The instant after which no step begins. It is close to the end of the minute, so that the next run follows in time,
 * and early enough for this run to end before it: runs are never concurrent.
 */
export function endOfRun(now: number, remaining: number): number {
  return now + Math.min(MINUTE - 2000, remaining - SPARE);
}

/** Makes steps until the time is up. A failed step is counted; the next one continues from the stored state. */
export async function runSequencer(
  sequencer: Pick<Sequencer, 'step' | 'check'>,
  options: RunOptions,
): Promise<Run> {
  const { now, until, every, meanwhile } = options;
  const { sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms)) } = options;
  const run: Run = { sequenced: 0, size: 0, lag: null, faults: 0, missing: 0, failures: 0 };
  const minute = Math.floor(now() / MINUTE);
  let checked = false;
  let idle = 0;
  const isOver = () => idle >= (run.sequenced === 0 ? 1 : IDLE);
  while (now() < until && !isOver()) {
    let backlog = false;
    try {
      const step = await sequencer.step();
      run.sequenced += step.sequenced;
      run.size = step.checkpoint.size;
      run.faults = step.faults.length;
      run.lag = Math.max(run.lag ?? 0, step.oldest === null ? 0 : now() - step.oldest);
      run.missing += step.behind ? Math.max(step.caughtUp, 1) : step.caughtUp;
      // An index that takes no rows waits for the next step like one that has all.
      idle = step.sequenced === 0 && !step.lost && step.caughtUp === 0 && !step.awaited ? idle + 1 : 0;
      backlog = step.lost || step.more || (step.behind && step.caughtUp > 0);
      const turn = turnOf(minute, run.sequenced > 0);
      if (!checked && !step.behind && turn !== null) {
        run.missing += await sequencer.check(turn);
        checked = true;
      }
    } catch (error) {
      reportFault({ work: 'sequence' }, toProblem(error));
      run.failures += 1;
    }
    if (backlog || isOver()) continue;
    const pause = Math.min(every, Math.max(0, until - now()));
    await Promise.all([sleep(pause), meanwhile?.(now() + pause)]);
  }
  return run;
}

/**
 * The bundle of the index that a run checks: another one each minute in which the tree grows, and every tenth minute at
 * rest, when only a change of the table itself can have removed a row.
 */
function turnOf(minute: number, grown: boolean): number | null {
  // Counted one by one, so that these minutes alone reach each bundle.
  if (minute % CHECKED === 0) return minute / CHECKED;
  return grown ? minute : null;
}

/** Writes a run as metrics. An unknown lag is left out, which raises an alarm; so are counts of nothing, which cost. */
export function reportRun(run: Run, now: number): void {
  const metrics = {
    SequencerLag: run.lag,
    SequencedEntries: run.sequenced || null,
    ChainFaults: run.faults || null,
    IndexFaults: run.missing || null,
    SequencerFailures: run.failures || null,
  };
  writeMetrics(metrics, { now, about: { treeSize: run.size } });
}
