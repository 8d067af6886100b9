/** A discrete model of load: stages in line, each with servers, a time for each unit of work and a limit a second. */

export interface Stage {
  name: string;
  /** Units of work that one release makes here: entries, calls, capacity. */
  units: number;
  /** What runs concurrently: instances, shards, lanes. */
  servers: number;
  /** Milliseconds of a server for one unit; 0 where only a quota limits. */
  milliseconds: number;
  /** Units a second that a quota lets through, whatever the servers can. */
  quota?: number;
}

export interface Outcome {
  /** The first stage that could not keep up, or `null`. */
  saturated: string | null;
  /** Milliseconds after the load until nothing waits. */
  drained: number;
}

/** Milliseconds of a step. */
const STEP = 100;

/** Releases a second that a stage can take. */
export function capacityOf({
  units,
  servers,
  milliseconds,
  quota = Number.POSITIVE_INFINITY,
}: Stage): number {
  return (
    Math.min(milliseconds === 0 ? Number.POSITIVE_INFINITY : (servers * 1000) / milliseconds, quota) / units
  );
}

/**
 * Lets releases come at a rate that swings by 30 percent, and moves them from stage to stage.
 * @param rate releases a second
 * @param seconds for which they come
 */
export function run(stages: readonly Stage[], rate: number, seconds: number): Outcome {
  const queues = stages.map(() => 0);
  const step = (coming: number) => {
    let flow = coming;
    for (const [i, stage] of stages.entries()) {
      const waiting = (queues[i] ?? 0) + flow;
      flow = Math.min(waiting, (capacityOf(stage) * STEP) / 1000);
      queues[i] = waiting - flow;
    }
  };
  for (let at = 0; at < (seconds * 1000) / STEP; at++)
    step(((rate * STEP) / 1000) * (1 + 0.3 * Math.sin(at)));
  // More than a second of load waits: that is no swing.
  const late = stages.findIndex((_, i) => (queues[i] ?? 0) > rate);
  let drained = 0;
  while (queues.some((waits) => waits > 0.5) && drained < 86_400_000) {
    step(0);
    drained += STEP;
  }
  return { saturated: stages[late]?.name ?? null, drained };
}
