/** Makes the plan of a failing seed smaller, as long as the same kind of fault comes out. */
import * as fc from 'fast-check';
import { type Plan, planOf } from './plan.ts';
import { runPlan } from './run-plan.ts';

/** Milliseconds for which smaller plans are tried. */
const LIMIT = 300_000;

export async function smaller(plans: fc.Arbitrary<Plan>, seed: number, kind: string): Promise<Plan> {
  let smallest = planOf(plans, seed);
  const property = fc.asyncProperty(plans, async (plan) => {
    const { faults } = await runPlan(plan, seed);
    if (!faults.some((fault) => kindOf(fault) === kind)) return;
    smallest = plan;
    throw new Error(kind);
  });
  await fc.check(property, { seed, numRuns: 1, interruptAfterTimeLimit: LIMIT });
  return smallest;
}

/** A fault without what differs from run to run. */
export function kindOf(fault: string): string {
  return fault.replaceAll(/[0-9a-f]{8,}|\d+/g, '#').slice(0, 40);
}
