/**
 * Checks many people for one programme, several at a time, for example in a yearly check. The caller
 * remembers the finished rows, so that the job can stop at any time and continue later.
 */

import { type VerifyRequest, verify } from './verify.ts';
import type { Wire } from './wire/call.ts';
import { FieldgateError } from './wire/errors.ts';
import { patiently } from './wire/patiently.ts';
import { pause } from './wire/send.ts';
import type { Subject, Verification } from './wire/types.ts';

export interface ListRow {
  /** Identifies the row in the caller's record of finished rows. */
  row: number;
  subject: Subject;
}

export type ListResult =
  | { row: number; verification: Verification }
  /** A row that the gateway rejects for any person, such as a malformed ID number: the place and the fault. */
  | { row: number; invalid: { path: string; message: string }[] };

export interface ListRequest extends Omit<VerifyRequest, 'subject'> {
  rows: Iterable<ListRow>;
  /** Concurrent checks; fewer than the misses at which the programme stops a caller. */
  atOnce?: number;
  /** Called for each row. The row is finished when the promise resolves. A rejection stops the job. */
  keep(result: ListResult): void | Promise<void>;
  /** Waits up to a day for a spent budget to be renewed, instead of stopping. */
  wait?: boolean;
  /** Called with the seconds if the job waits. */
  onWait?(seconds: number): void;
}

const AT_ONCE = 8;
/** How often a row is repeated after a lost answer. A repeat gets the same answer. */
const AGAIN = 2;

/**
 * Resolves when the outcome of every row was kept. After a failure, rows in progress are kept first.
 *
 * @throws FieldgateError: `BUDGET_SPENT` with `retryAfter`, unless it waits; otherwise as `verify`, except
 * for faults of single rows.
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
        const verification = await patiently(() => verify(wire, { ...rest, subject }), rest.signal);
        return { row, verification };
      } catch (error) {
        if (!(error instanceof FieldgateError)) throw error;
        if (error.code === 'INVALID_REQUEST' && isAboutSubject(error))
          return { row, invalid: error.errors.map(aboutSubject) };
        if (error.code === 'ANSWER_LOST' && lost++ < AGAIN) continue;
        if (error.code !== 'BUDGET_SPENT' || !wait || error.retryAfter === undefined) throw error;
        // Reported once, even if several workers reach the limit.
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
  // Set by the workers, which the compiler can't know.
  const failed = failure as { error: unknown } | null;
  if (failed) throw failed.error;
}

function isAboutSubject({ errors }: FieldgateError): boolean {
  return errors.length > 0 && errors.every(({ path }) => path.startsWith('/subject'));
}

export function aboutSubject({ path, message }: { path: string; message: string }) {
  return { path: path.replace(/^\/subject/, ''), message };
}
