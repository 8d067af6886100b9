/**
 * Ages and days in the time zone of a pack. A date is ISO text, or a record `{date, estimated}`. A person
 * born on 29 February has the anniversary on 1 March of common years.
 */
import type { Json } from '../types.ts';

const DAY = 86_400_000;

/** A calendar day as days since 1970-01-01, so that days compare and subtract. */
export type Day = number;

/** The day of an instant. */
export function dayOf(now: number, utcOffsetMinutes: number): Day {
  return Math.floor((now + utcOffsetMinutes * 60_000) / DAY);
}

/** @returns the day of ISO text `YYYY-MM-DD` that is a real date, or `null`. */
export function parseDay(text: Json | undefined): Day | null {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  const time = Date.parse(`${text}T00:00:00Z`);
  // A day that the month lacks is read as one of the next month.
  return new Date(time).getUTCDate() === Number(text.slice(8)) ? time / DAY : null;
}

/** Mostly asked for the same day, today. */
let written: { day: Day; text: string } | null = null;

export function isoOf(day: Day): string {
  if (written?.day !== day) written = { day, text: new Date(day * DAY).toISOString().slice(0, 10) };
  return written.text;
}

interface Birth {
  day: Day;
  estimated: boolean;
}

/** @returns the birth day of a stored value, or `null` if it holds none. */
export function birthOf(value: Json | undefined): Birth | null {
  const record =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { date: value ?? null };
  const day = parseDay(record['date']);
  return day === null ? null : { day, estimated: record['estimated'] === true };
}

/** Full years on `today`, counting the anniversary itself; negative before birth. */
export function ageAt(birth: Day, today: Day): number {
  const years = new Date(today * DAY).getUTCFullYear() - new Date(birth * DAY).getUTCFullYear();
  return anniversary(birth, years) > today ? years - 1 : years;
}

/** @returns full years at the instant, or `null` when the value holds no birth date. */
export function ageOn(value: Json | undefined, now: number, utcOffsetMinutes: number): number | null {
  const birth = birthOf(value);
  return birth && ageAt(birth.day, dayOf(now, utcOffsetMinutes));
}

/** Whether `today` is an anniversary, the day of birth included. */
export function isAnniversary(birth: Day, today: Day): boolean {
  const years = new Date(today * DAY).getUTCFullYear() - new Date(birth * DAY).getUTCFullYear();
  return anniversary(birth, years) === today;
}

export interface AgeState {
  age: number;
  birthday: boolean;
}

/** Every possible age: one for a known date, all within the tolerance for an estimated one. */
export function possibleAges(birth: Birth, today: Day, toleranceDays: number): AgeState[] {
  if (!birth.estimated) return [{ age: ageAt(birth.day, today), birthday: isAnniversary(birth.day, today) }];
  const oldest = ageAt(birth.day - toleranceDays, today);
  const states: AgeState[] = [{ age: ageAt(birth.day + toleranceDays, today), birthday: false }];
  for (let age = (states[0] as AgeState).age + 1; age <= oldest; age++) {
    states.push({ age, birthday: true }, { age, birthday: false });
  }
  return states;
}

/** The instant that many calendar months later in UTC. A day that the month lacks moves into the next month. */
export function addMonths(instant: number, months: number): number {
  const date = new Date(instant);
  return date.setUTCMonth(date.getUTCMonth() + months);
}

/** The most recent `MM-DD` on or before `today`. */
export function lastYearStart(today: Day, monthDay: string): Day {
  const year = new Date(today * DAY).getUTCFullYear();
  const start = Date.parse(`${year}-${monthDay}T00:00:00Z`) / DAY;
  return start <= today ? start : Date.parse(`${year - 1}-${monthDay}T00:00:00Z`) / DAY;
}

/** `Date.UTC` moves 29 February of a common year to 1 March, as the rule requires. */
export function anniversary(birth: Day, years: number): Day {
  const date = new Date(birth * DAY);
  return Date.UTC(date.getUTCFullYear() + years, date.getUTCMonth(), date.getUTCDate()) / DAY;
}
