/** What calls a security officer, by the pack. Pure; what looks through the log is in `functions/watch`. */

import { isWorkingDay } from '../pack/calendar.ts';
import type { Calendar, Look } from '../pack/parts.ts';
import { dayOf, isoOf } from '../value/age.ts';

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
