/**
 * Asks about many people for one programme, some at a time, such as a programme's yearly re-check. Which rows are
 * done is the caller's to remember, so that the job can stop at any moment and go on later.
 */

import { type VerifyRequest, verify } from './verify.ts';
import type { Wire } from './wire/call.ts';
import { FieldgateError } from './wire/errors.ts';
import { pause } from './wire/send.ts';
import type { Subject, Verification } from './wire/types.ts';

export interface ListRow {
  /** Names the row to whoever remembers what is done. */
  row: number;
  subject: Subject;
}

export type ListResult =
  | { row: number; verification: Verification }
  /** What the gateway does not take, such as a malformed ID number, whoever it may be. */
  | { row: number; invalid: string };

export interface ListRequest extends Omit<VerifyRequest, 'subject'> {
  rows: Iterable<ListRow>;
  /** Checks under way at once; fewer than the misses at which the programme stops a caller. */
  atOnce?: number;
  /** Called for each row; once it resolves the row is done. A failure stops the job. */
  keep(result: ListResult): void | Promise<void>;
  /** Waits until a spent budget is renewed, a day at most, instead of stopping. */
  wait?: boolean;
  /** Told when the job waits, in seconds. */
  onWait?(seconds: number): void;
}

const AT_ONCE = 8;
/** How often a row is asked about again after an answer was lost: a repeat gets the same answer. */
const AGAIN = 2;

/**
 * Resolves when every row was kept. What was under way when something fails is kept first.
 *
 * @throws FieldgateError: `BUDGET_SPENT` with `retryAfter`, unless it waits; otherwise as `verify`, but for
 *   what is wrong with a row alone.
 */
export async function verifyList(wire: Wire, request: ListRequest): Promise<void> {
  const { rows, atOnce = AT_ONCE, keep, wait = false, onWait, ...rest } = request;
  const queue = rows[Symbol.iterator]();
  let failure: { error: unknown } | null = null;
  let until = 0;

  const ask = async ({ row, subject }: ListRow): Promise<ListResult> => {
    for (let lost = 0; ; ) {
      const left = until - Date.now();
      if (left > 0) await pause(left, rest.signal);
      try {
        return { row, verification: await verify(wire, { ...rest, subject }) };
      } catch (error) {
        if (!(error instanceof FieldgateError)) throw error;
        if (error.code === 'INVALID_REQUEST' && isAboutSubject(error)) return { row, invalid: error.code };
        if (error.code === 'ANSWER_LOST' && lost++ < AGAIN) continue;
        if (error.code !== 'BUDGET_SPENT' || !wait || error.retryAfter === undefined) throw error;
        // Told once, however many workers run into it.
        if (Date.now() >= until) onWait?.(error.retryAfter);
        until = Date.now() + error.retryAfter * 1000;
      }
    }
  };
  const work = async (): Promise<void> => {
    try {
      while (!failure) {
        const { done, value } = queue.next();
        if (done) return;
        await keep(await ask(value));
      }
    } catch (error) {
      failure ??= { error };
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  // The workers set it, which the compiler does not see.
  const failed = failure as { error: unknown } | null;
  if (failed) throw failed.error;
}

function isAboutSubject({ errors }: FieldgateError): boolean {
  return errors.length > 0 && errors.every(({ path }) => path.startsWith('/subject'));
}
