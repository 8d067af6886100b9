import { type Case, facts } from './facts.ts';
import type { Random } from './random.ts';

/** Only the first 20,000 children have fixed birthdays, because one day and sex has at most 500 numbers. */
const WITH_FIXED_BIRTHDAYS = 20_000;

/** An ISO date of birth: at a boundary of age for some cases, otherwise anywhere from 0 to 17 years. */
export function birthOf(random: Random, kind: Case | null, index: number, today: string): string {
  const fixed = index < WITH_FIXED_BIRTHDAYS;
  const { birthday, ages = [1, 17] } = facts().cases[kind ?? ''] ?? {};
  if (fixed && birthday) return yearsBefore(addDays(today, birthday[1]), birthday[0]);
  if (fixed && kind === 'leap-day') return lastLeapDay(today, random.whole(5, 12));
  return addDays(yearsBefore(today, random.whole(...ages)), -random.whole(2, 363));
}

/** The last 29 February that is at least `years` ago. */
function lastLeapDay(today: string, years: number): string {
  let year = Number(today.slice(0, 4)) - years - 1;
  while (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0)) year--;
  return `${year}-02-29`;
}

/** Dates as ISO text, counted from a given day. Nothing here reads the clock. */

/** `date` moved by whole days. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The same day `years` earlier; 29 February becomes 1 March in a common year. */
export function yearsBefore(date: string, years: number): string {
  const [year, day] = [Number(date.slice(0, 4)) - years, date.slice(4)];
  return day === '-02-29' && new Date(Date.UTC(year, 1, 29)).getUTCMonth() !== 1
    ? `${year}-03-01`
    : `${year}${day}`;
}

/** Completed years on `today`, by the calendar. */
export function ageOn(birth: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(birth.slice(0, 4));
  return birth.slice(5) > today.slice(5) ? years - 1 : years;
}
