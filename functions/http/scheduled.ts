import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Fn } from '../../shared/contract/routes/route.ts';
import { isClosed } from '../mode.ts';
import { reportFault, toProblem } from './problem.ts';

/**
 * Work that no request asks for: of a schedule, or of a state machine. A failure ends its own step and no other one. Each is
 * written as the fault of a request is, by names and places, because messages may contain values; and so what is thrown has none:
 * AWS's runtime writes its message.
 */
export class Work {
  readonly #name: string;
  #failed: string | null = null;

  /** @param name as the lines of the log have it */
  constructor(name: string) {
    this.#name = name;
  }

  /** @returns `null` if the step failed */
  async step<T>(run: () => Promise<T>): Promise<T | null> {
    try {
      return await run();
    } catch (error) {
      this.#report(error);
      return null;
    }
  }

  /** The same for one item of many. @throws Problem if a service fails: then the others would, too */
  async item<T>(run: () => Promise<T>): Promise<T | null> {
    try {
      return await run();
    } catch (error) {
      if (toProblem(error).status === 503) throw error;
      this.#report(error);
      return null;
    }
  }

  /** @throws Error with the name of the last failure and no text of it */
  end(): void {
    if (this.#failed === null) return;
    const error = new Reported(`${this.#name} failed: see the lines before`);
    error.name = this.#failed;
    throw error;
  }

  #report(error: unknown): void {
    if (!(error instanceof Reported)) reportFault({ work: this.#name }, toProblem(error));
    this.#failed = error instanceof Error ? error.name : 'Error';
  }
}

const BY_CLOCK: ReadonlySet<string> = new Set(['tasks', 'recheck', 'jobs', 'daily']);

/** Its cause is in the log. */
class Reported extends Error {}

/**
 * One step alone, which is left out while the function is closed: the next run of the clock does its work. A state machine has no
 * next run, so its step fails and is tried again.
 * @throws Error as `Work.end` does
 */
export async function scheduled<T>(
  { dynamo, fn }: { dynamo: DynamoDBClient; fn: Fn },
  name: string,
  run: () => Promise<T>,
): Promise<T | null> {
  if (BY_CLOCK.has(name) && (await isClosed(dynamo, fn))) return null;
  const work = new Work(name);
  const done = await work.step(run);
  work.end();
  return done;
}
