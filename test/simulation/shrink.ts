/** Makes the plan of a failing seed smaller, as long as the same kind of fault comes out. */
import * as fc from 'fast-check';
import { realNow } from './engine/machine.ts';
import { type Plan, planOf } from './plan.ts';
import { runPlan } from './run-plan.ts';

/** Seconds for which smaller plans are tried at most. */
const LIMIT = 300;

export async function smaller({
  plans,
  seed,
  kind,
  seconds,
}: {
  plans: fc.Arbitrary<Plan>;
  seed: number;
  kind: string;
  seconds: number;
}): Promise<Plan> {
  let smallest = planOf(plans, seed);
  // The timers of this process are simulated.
  const end = realNow() + 1_000 * Math.min(seconds, LIMIT);
  const property = fc.asyncProperty(plans, async (plan) => {
    if (realNow() > end) return;
    const { faults } = await runPlan(plan, seed);
    if (!faults.some((fault) => kindOf(fault) === kind)) return;
    smallest = plan;
    throw new Error(kind);
  });
  await fc.check(property, { seed, numRuns: 1 });
  return smallest;
}

/** A fault without what differs from run to run. */
export function kindOf(fault: string): string {
  return fault.replaceAll(/[0-9a-f]{8,}|\d+/g, '#').slice(0, 40);
}
