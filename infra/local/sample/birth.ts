import type { Case } from './cases.ts';
import type { Random } from './random.ts';

/** Days from the birthday on which the child turns (or turned) this age. */
const BOUNDARIES: ReadonlyMap<Case | null, readonly [years: number, days: number]> = new Map([
  ['turns-14-tomorrow', [14, 1]],
  ['turns-14-today', [14, 0]],
  ['turned-14-yesterday', [14, -1]],
  ['turns-18-tomorrow', [18, 1]],
  ['turns-18-today', [18, 0]],
  ['turned-18-yesterday', [18, -1]],
  ['foundling-near-14', [14, 40]],
  // The police have a birthday one week ago; the hospital's birth record has one two weeks later.
  ['owners-disagree-on-age', [14, -7]],
]);

/** Minimum and maximum age that fits a case. */
const SPANS: ReadonlyMap<Case | null, readonly [number, number]> = new Map([
  ['foundling', [1, 9]],
  ['foundling-disabled', [2, 8]],
  ['guardian-conflict', [6, 12]],
  ['guardian-conflict-teen', [15, 16]],
  ['guardianship-revoked', [5, 15]],
  ['hiv', [7, 16]],
  ['harm', [8, 13]],
  ['shelter', [9, 16]],
  ['witness', [14, 17]],
  ['adoption', [3, 8]],
  ['cannot-express-will', [8, 12]],
  ['cannot-express-will-teen', [15, 16]],
  ['student-number-l', [7, 14]],
  ['infant', [0, 0]],
  ['preschool', [3, 5]],
]);

/** Only the first 20,000 children have fixed birthdays, because one day and sex has at most 500 numbers. */
const WITH_FIXED_BIRTHDAYS = 20_000;

/** An ISO date of birth: at a boundary of age for some cases, otherwise anywhere from 0 to 17 years. */
export function birthOf(random: Random, kind: Case | null, index: number, today: string): string {
  const fixed = index < WITH_FIXED_BIRTHDAYS;
  const boundary = BOUNDARIES.get(kind);
  if (fixed && boundary) return yearsBefore(addDays(today, boundary[1]), boundary[0]);
  if (fixed && kind === 'leap-day') return lastLeapDay(today, random.whole(5, 12));
  const [youngest, oldest] = SPANS.get(kind) ?? [1, 17];
  return addDays(yearsBefore(today, random.whole(youngest, oldest)), -random.whole(2, 363));
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
