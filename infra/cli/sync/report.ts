/** What a run says of itself: to its machine, and to the gateway, so that its silence is seen. Never a value, key or query. */

import type { Fieldgate } from '../../../shared/client/connect.ts';
import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import { FAULT_CODE } from '../../../shared/contract/routes/sources.ts';
import { defined } from '../../../shared/defined.ts';
import { Running } from '../lists/lock.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { paint } from '../terminal/table.ts';
import { DatabaseFailed } from './database.ts';
import type { RowFault } from './rows.ts';
import type { Counts } from './run.ts';

const { service: t } = await texts('sync');

export interface Ran {
  source: string;
  /** `busy`: another process was at work. `stopped`: the rest is left to the next run. */
  state: 'done' | 'failed' | 'busy' | 'stopped';
  seconds: number;
  rows?: Counts;
  /** By code. */
  faults?: Record<string, number>;
  failure?: string;
  /** What went wrong, for people. */
  words?: string;
}

export function ranWell(
  source: string,
  began: number,
  { counts, faults }: { counts: Counts; faults: readonly RowFault[] },
): Ran {
  const codes: Record<string, number> = {};
  for (const { code } of faults) codes[codeOf(code)] = (codes[codeOf(code)] ?? 0) + 1;
  return { source, state: 'done', seconds: secondsSince(began), rows: counts, faults: codes };
}

export function ranBadly(source: string, began: number, error: unknown): Ran {
  const seconds = secondsSince(began);
  if (error instanceof Running) return { source, state: 'busy', seconds, words: error.message };
  const failure = failureOf(error);
  const words = error instanceof UsageError ? error.message : t.failed(failure);
  return { source, state: 'failed', seconds, failure, words };
}

const secondsSince = (began: number) => Math.round((Date.now() - began) / 1000);

const codeOf = (code: string) => (FAULT_CODE.test(code) ? code : 'OTHER');

function failureOf(error: unknown): string {
  if (error instanceof FieldgateError) return codeOf(error.code);
  if (error instanceof DatabaseFailed) return 'DATABASE';
  return error instanceof UsageError ? 'MAPPING' : 'FAILED';
}

/** Tells the gateway. A report that does not get there changes nothing of the run. */
export async function report(gate: Fieldgate, ran: Ran, every: number | undefined): Promise<void> {
  const { source, seconds, rows, faults, failure } = ran;
  const most = Object.entries(faults ?? {}).slice(0, 50);
  const body = { source, seconds, ...defined({ every, rows, failure }), faults: Object.fromEntries(most) };
  try {
    await gate.call('POST /v1/sources', { body });
  } catch (error) {
    const code = error instanceof FieldgateError ? error.code : 'FAILED';
    process.stderr.write(`${paint('yellow', '!', process.stderr)} ${source}: ${t.notReported(code)}\n`);
  }
}
