import { setTimeout } from 'node:timers/promises';
import type { Problem } from '../../shared/errors.ts';
import { resultOf } from './problem.ts';

/** Milliseconds after which an answer leaves that must not tell how long its making took. */
export const STEP = 400;

/**
 * Holds what comes of `work`, failures too, until a whole number of steps has passed since `started`. What was
 * not ready at one step leaves at the next, so that time tells at most the number of steps.
 * @param started `performance.now()` when the request came
 * @param least steps at least; more for a caller that is slowed down
 */
export async function atStep<T>(started: number, work: Promise<T>, least = 1, step = STEP): Promise<T> {
  const result: T | Problem = await resultOf(work);
  await untilStep(started, least, step);
  if (isProblem(result)) throw result;
  return result;
}

/** Waits until a whole number of steps, and at least so many, has passed since `started`. */
export async function untilStep(started: number, least = 1, step = STEP): Promise<void> {
  const steps = Math.max(least, Math.ceil((performance.now() - started) / step));
  const end = started + steps * step;
  // A timer may fire a little early.
  for (let left = end - performance.now(); left > 0; left = end - performance.now()) await setTimeout(left);
}

function isProblem(result: unknown): result is Problem {
  return result instanceof Error && result.name === 'Problem';
}
