import { Problem } from '../errors.ts';
import type { Text } from '../language.ts';

/** What a step returns if a concurrent writer came first. */
export const LOST = Symbol('lost');

/**
 * Runs a step that reads, decides and writes by compare-and-swap, again if a concurrent writer came first. The step must
 * bear to be repeated.
 * @param attempts how often it runs at most. @param step gets the number of concurrent writers so far
 * @param ended what to do then; by default it throws Problem CONFLICT
 */
export async function contend<T>(
  attempts: number,
  step: (lost: number) => Promise<T | typeof LOST>,
  ended: () => T | Promise<T> = contended(),
): Promise<T> {
  for (let lost = 0; lost < attempts; lost++) {
    const result = await step(lost);
    if (result !== LOST) return result;
  }
  return ended();
}

export const contended = (detail?: Text) => (): never => {
  throw new Problem('CONFLICT', detail && { detail });
};
