/** What calls a security officer, by the pack. Pure; what looks through the log is in `functions/watch`. */

import { isWorkingDay } from '../pack/calendar.ts';
import type { Calendar, Labelled } from '../pack/pack.ts';
import { dayOf, isoOf } from '../value/age.ts';

/** What of an entry makes two of them the same for a rule that counts or remembers. */
export type GroupBy = 'agency' | 'officer' | 'purpose' | 'area';

/** What is looked for. Purposes in `except` are left out. */
export type Look =
  | { look: 'refusal' }
  | { look: 'hours'; opens: string; closes: string; except?: readonly string[] }
  | { look: 'first'; by: readonly GroupBy[]; days: number }
  | { look: 'many'; by: readonly GroupBy[]; at: number; except?: readonly string[] }
  | { look: 'unreviewed'; obligation: string; hours: number }
  | { look: 'decoy' };

export interface AlertRule extends Labelled {
  rule: string;
  severity: 'low' | 'medium' | 'high';
  /** Left out for what a function raises by itself. */
  when?: Look;
}

/** Whether an instant (epoch milliseconds) lies outside working days or the hours of the pack's time zone. */
export function isOffHours(
  calendar: Calendar,
  { opens, closes }: Pick<Look & { look: 'hours' }, 'opens' | 'closes'>,
  at: number,
): boolean {
  const local = new Date(at + calendar.utcOffsetMinutes * 60_000).toISOString().slice(11, 16);
  return !isWorkingDay(calendar, dayOf(at, calendar.utcOffsetMinutes)) || local < opens || local >= closes;
}

/** The date of an instant in the pack's time zone, `YYYY-MM-DD`. */
export function localDate(calendar: Calendar, at: number): string {
  return isoOf(dayOf(at, calendar.utcOffsetMinutes));
}
