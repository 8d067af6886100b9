/** The pack's rules for alerts to a security officer. Pure; `functions/watch` reads the log. */

import { isWorkingDay } from '../pack/calendar.ts';
import type { Pack } from '../pack/pack.ts';
import type { AlertRule, Calendar, Look } from '../pack/parts.ts';
import { dayOf, isoOf } from '../value/age.ts';

/** Whether an instant (epoch milliseconds) is outside working days or working hours in the pack's time zone. */
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

/** A source of an office has had no good run for longer than the pack allows. */
export const SILENT = 'SOURCE_SILENT';

/** The alert about it, with its hours; `null` if the pack has none. */
export function silenceOf({ alerts }: Pick<Pack, 'alerts'>): (AlertRule & { hours: number }) | null {
  const alert = alerts.get(SILENT);
  return alert?.when?.look === 'silent' ? { ...alert, hours: alert.when.hours } : null;
}
