/** What happens in one run: acts of people and machines, when each begins, and what goes wrong at its calls. */
import * as fc from 'fast-check';
import { ACTS } from './acts/acts.ts';
import { FAULTS, type Fault } from './engine/calls.ts';
import type { Step } from './world/step.ts';

export type Plan = readonly Step[];

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Mostly at once, sometimes after everything has come to rest. */
const gap = fc.oneof(
  { weight: 10, arbitrary: fc.nat(30) },
  { weight: 5, arbitrary: fc.nat(SECOND) },
  { weight: 3, arbitrary: fc.integer({ min: SECOND, max: 10 * SECOND }) },
  { weight: 1, arbitrary: fc.integer({ min: MINUTE, max: 10 * MINUTE }) },
);

const fault: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constantFrom(...FAULTS),
  call: fc.nat(45),
  // One attempt; all attempts of one call; everything from there on.
  times: fc.constantFrom(1, 1, 3, 40),
});
/** Faults of one service or table alone. */
const aimed: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constantFrom(...FAULTS),
  call: fc.nat(5),
  times: fc.constantFrom(1, 1, 3, 40),
  only: fc.constantFrom(
    ...['kms', 's3', 'PutItem', 'UpdateItem', 'DeleteItem', 'PutItem log', 'kms Decrypt'],
    ...['keys', 'casework', 'claims', 'requests', 'jobs', 'tree', 'watch', 'status'],
  ),
});

/**
 * @param names of the acts among which plans are made; `null`: of all, by their weights
 * @param calm mostly one act after the other
 */
export function plansOf(names: readonly string[] | null, calm = false): fc.Arbitrary<Plan> {
  const among =
    names?.map((act) => [act, 1] as const) ?? [...ACTS].map(([act, { weight }]) => [act, weight] as const);
  const step: fc.Arbitrary<Step> = fc.record({
    act: fc.oneof(...among.map(([act, weight]) => ({ weight, arbitrary: fc.constant(act) }))),
    gap: calm ? fc.integer({ min: SECOND, max: 20 * SECOND }) : gap,
    picks: fc.array(fc.nat(1_000), { minLength: 3, maxLength: 3, size: 'max' }),
    salt: fc.nat(1_000_000),
    faults: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: fc.array(fault, { minLength: 1, maxLength: 2 }) },
      { weight: 1, arbitrary: fc.array(aimed, { minLength: 1, maxLength: 2 }) },
    ),
    repeats: fc.nat(3),
  });
  return fc.array(step, { minLength: 1, maxLength: 24, size: 'max' });
}

/** The plan of a seed. */
export function planOf(plans: fc.Arbitrary<Plan>, seed: number): Plan {
  const [plan = []] = fc.sample(plans, { seed, numRuns: 1 });
  return plan;
}
