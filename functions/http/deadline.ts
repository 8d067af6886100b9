import { channel } from 'node:diagnostics_channel';
import { setTimeout } from 'node:timers/promises';
import type { Problem } from '../../shared/errors.ts';
import { resultOf } from './problem.ts';

/**
 * Length of a time step in milliseconds. An answer whose duration must not reveal anything leaves at the end of a step.
 * Tests of other matters shorten it.
 */
export const STEP = { ms: 400 };

/** Diagnostics channel that is told, within the request, when a result is ready and only its time has not come. */
export const HELD = 'fieldgate:held';
const held = channel(HELD);

/**
 * Holds the result of `work`, or its failure, until a whole number of steps has passed since `started`. A result that is
 * not ready at the end of one step leaves at the end of the next, so that the time reveals at most the number of steps.
 * @param started `performance.now()` when the request came
 * @param least smallest number of steps; larger for a caller that is slowed down
 */
export async function atStep<T>(started: number, work: Promise<T>, least = 1, step = STEP.ms): Promise<T> {
  const result: T | Problem = await resultOf(work);
  await untilStep(started, least, step);
  if (isProblem(result)) throw result;
  return result;
}

/** Waits until a whole number of steps has passed since `started`, and at least `least`. */
export async function untilStep(started: number, least = 1, step = STEP.ms): Promise<void> {
  held.publish(null);
  const steps = Math.max(least, Math.ceil((performance.now() - started) / step));
  const end = started + steps * step;
  // A timer may fire a little early.
  for (let left = end - performance.now(); left > 0; left = end - performance.now()) await setTimeout(left);
}

function isProblem(result: unknown): result is Problem {
  return result instanceof Error && result.name === 'Problem';
}
