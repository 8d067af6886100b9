import type { Problem } from '../../shared/errors.ts';
import { toProblem } from './problem.ts';

/** For work on many records or subjects at once: a failure becomes a value, so that it stops only its own. */
export async function settle<T>(work: Promise<T>): Promise<T | Problem> {
  try {
    return await work;
  } catch (error) {
    return toProblem(error);
  }
}
