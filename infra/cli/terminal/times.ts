/** Times as a person reads them: in the zone of the gateway's pack, or with `--utc` in UTC. JSON keeps instants. */
import type { Json } from '../../../shared/json.ts';
import { dayIn, deadlineIn, instantIn, UTC, type Zone, zoneName } from '../../../shared/times.ts';

let zone = UTC;

/** For everything that is printed from now on. */
export function showTimesIn(wanted: Zone): void {
  zone = wanted;
}

/** Its name, for the head of a column. */
export const zoneHere = () => zoneName(zone);

/** @param at such as `2026-11-26`. @returns the instant at which it begins here */
export const beginningOf = (at: string) =>
  new Date(Date.parse(`${at}T00:00:00Z`) - zone.utcOffsetMinutes * 60_000).toISOString();

/** Such as `2026-11-26 23:05 (UTC+8)`. */
export const timeOf = (at: string | number) => instantIn(zone, at);

/** The last day of a period of days, otherwise the instant before which it must happen; with the zone. */
export const deadline = (at: string | number) => (isDay(at) ? at : deadlineIn(zone, at));

/* For columns whose head names the zone. */

export const minute = (at: string | number) => bare(timeOf(at));

/** To the second. */
export function moment(at: Json | undefined): string {
  if (typeof at !== 'string' && typeof at !== 'number') return '–';
  const seconds = typeof at === 'string' ? at.slice(16, 19) : '';
  return minute(at) + (/^:\d\d$/.test(seconds) ? seconds : '');
}

/** A day as it is, or the day of an instant. */
export const day = (at: string) => (isDay(at) ? at : bare(dayIn(zone, at)));

export const lastDay = (at: string) => (isDay(at) ? at : bare(deadlineIn(zone, at)));

const isDay = (at: string | number): at is string => /^\d{4}-\d\d-\d\d$/.test(String(at));
const bare = (text: string) => text.replace(/ \([^)]*\)$/, '');
