/** Contracts of recipients: who needs one, and which is in force. Pure. */

import type { Pack } from '../pack/pack.ts';
import { type Day, dayOf, parseDay } from '../value/age.ts';

/** What of a contract decides. Dates are RFC 3339, the last day included. */
export interface Term {
  from: string;
  until: string;
}

/** Days for which a contract that has ended stays in the registration: three years. */
export const CONTRACT_KEPT = 1096;

export function needsContract({ contracts }: Pack, { roles }: { roles: readonly string[] }): boolean {
  return contracts !== undefined && roles.some((role) => contracts.roles.includes(role));
}

/** @returns the last day of the contracts that follow one another from today on; `null` if none is in force */
export function contractedUntil(pack: Pack, contracts: readonly Term[], now: number): Day | null {
  const today = dayOf(now, pack.calendar.utcOffsetMinutes);
  const terms = contracts
    .map(({ from, until }) => ({ first: parseDay(from) ?? Infinity, last: parseDay(until) ?? -Infinity }))
    .sort((one, other) => one.first - other.first);
  let end = today - 1;
  for (const { first, last } of terms) if (first <= end + 1 && last > end) end = last;
  return end < today ? null : end;
}
