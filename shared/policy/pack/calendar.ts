/** Working days and ends of periods by the pack's calendar. There is no built-in rule of Monday to Friday. */

import { type Day, dayOf, isoOf, lastYearStart, parseDay } from '../value/age.ts';
import type { Pack } from './pack.ts';
import type { Calendar, Lasting } from './parts.ts';

const DAY = 86_400_000;

/** Weekday 0 is Sunday. 1970-01-01 was a Thursday. */
export function isWorkingDay({ weekend, holidays, makeUpDays }: Calendar, day: Day): boolean {
  const date = isoOf(day);
  if (holidays.has(date)) return false;
  return makeUpDays.has(date) || !weekend.includes((((day + 4) % 7) + 7) % 7);
}

/**
 * What counts after the last day of the calendar, where holidays and worked weekends are unknown: all days but those
 * of weekends, or every day, so that the true end can't be earlier.
 */
type Beyond = 'weekdays' | 'every day';

/**
 * @param from this day does not count
 * @returns the day that is `count` working days later
 * @throws RangeError if the calendar has no working day for a year
 */
export function addWorkingDays(
  calendar: Calendar,
  from: Day,
  count: number,
  beyond: Beyond = 'weekdays',
): Day {
  const last = beyond === 'every day' ? (parseDay(calendar.until) ?? Infinity) : Infinity;
  let day = from;
  let idle = 0;
  for (let left = count; left > 0; ) {
    if (day >= last) return day + left;
    day++;
    idle = isWorkingDay(calendar, day) ? 0 : idle + 1;
    if (idle === 0) left--;
    if (idle > 366) throw new RangeError('the calendar has no working days');
  }
  return day;
}

/**
 * @returns the instant (epoch milliseconds) at which a term from `from` ends; a term in days ends with its
 * last day.
 */
export function endOf(calendar: Calendar, lasts: Lasting, from: number, beyond?: Beyond): number {
  if ('hours' in lasts) return from + lasts.hours * 3_600_000;
  const today = dayOf(from, calendar.utcOffsetMinutes);
  return startOf(calendar, lastDay(calendar, lasts, today, beyond) + 1);
}

/** The end of a deadline, as `endOf`, and never later than the true one. */
export function dueAt(calendar: Calendar, within: Lasting, from: number): number {
  return endOf(calendar, within, from, 'every day');
}

/**
 * The end of a deadline that stood still. Of one in working days the rest counts on from the day after, and a day that
 * had begun counts whole; of any other as much time is left as there was.
 * @param stood when it stopped and when it goes on, epoch milliseconds
 */
export function resumedEnd(
  calendar: Calendar,
  lasts: Lasting,
  end: number,
  stood: { from: number; until: number },
): number {
  if (!('workingDays' in lasts)) return stood.until + Math.max(0, end - stood.from);
  const [from, until] = [stood.from, stood.until].map((at) => dayOf(at, calendar.utcOffsetMinutes));
  const last = dayOf(end - 1, calendar.utcOffsetMinutes);
  let left = 0;
  for (let day = (from ?? 0) + 1; day <= last; day++) if (isWorkingDay(calendar, day)) left++;
  return startOf(calendar, addWorkingDays(calendar, until ?? 0, Math.max(1, left), 'every day') + 1);
}

/** A part of a policy that ends by itself: its alert, what ends, and its last day. */
export interface Ending {
  code: 'CALENDAR_ENDS' | 'PROGRAMME_ENDS';
  name: string;
  until: string;
}

/** Days before its last day from which a part of the policy without a successor is warned about. */
const WARNING = 60;

/** What ends within 60 days, or has ended. */
export function endingsOf(
  { calendar, programmes }: Pick<Pack, 'calendar' | 'programmes'>,
  now: number,
): Ending[] {
  const today = dayOf(now, calendar.utcOffsetMinutes);
  const parts = [...programmes.values()].map(
    ({ name, until }) => ({ code: 'PROGRAMME_ENDS', name, until }) as const,
  );
  return [{ code: 'CALENDAR_ENDS', name: 'calendar', until: calendar.until } as const, ...parts].flatMap(
    ({ until, ...part }) =>
      until !== undefined && (parseDay(until) ?? Infinity) - today <= WARNING ? [{ ...part, until }] : [],
  );
}

/** The calendar month of an instant: its name, its first instant, and the first of the next. */
export function monthOf(
  { utcOffsetMinutes }: Calendar,
  instant: number,
): { name: string; begins: number; ends: number } {
  const offset = utcOffsetMinutes * 60_000;
  const local = new Date(instant + offset);
  const begin = (month: number) => Date.UTC(local.getUTCFullYear(), month, 1) - offset;
  const month = local.getUTCMonth();
  return { name: local.toISOString().slice(0, 7), begins: begin(month), ends: begin(month + 1) };
}

/** The first instant of a day. */
export function startOf({ utcOffsetMinutes }: Calendar, day: Day): number {
  return day * DAY - utcOffsetMinutes * 60_000;
}

function lastDay(
  calendar: Calendar,
  lasts: Exclude<Lasting, { hours: number }>,
  today: Day,
  beyond?: Beyond,
): Day {
  if ('days' in lasts) return today + lasts.days;
  if ('workingDays' in lasts) return addWorkingDays(calendar, today, lasts.workingDays, beyond);
  // The last such day up to a year from yesterday is the first one from today on.
  const date = new Date((today - 1) * DAY);
  const nextYear = Date.UTC(date.getUTCFullYear() + 1, date.getUTCMonth(), date.getUTCDate()) / DAY;
  return lastYearStart(nextYear, lasts.yearEnds);
}
