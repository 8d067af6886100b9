/** Instants and deadlines as people read them: in the zone of the pack, with the zone named. */

/** The part of a pack's calendar that says what time it is there. */
export interface Zone {
  utcOffsetMinutes: number;
}

export const UTC: Zone = { utcOffsetMinutes: 0 };

/** @returns such as `UTC+8`, `UTC` or `UTC-3:30` */
export function zoneName({ utcOffsetMinutes }: Zone): string {
  if (utcOffsetMinutes === 0) return 'UTC';
  const minutes = Math.abs(utcOffsetMinutes);
  const rest = minutes % 60 === 0 ? '' : `:${String(minutes % 60).padStart(2, '0')}`;
  return `UTC${utcOffsetMinutes < 0 ? '-' : '+'}${Math.floor(minutes / 60)}${rest}`;
}

/** @param at an ISO instant, or milliseconds. @returns such as `2026-11-26 23:05 (UTC+8)`, or `—` if it is no instant */
export function instantIn(zone: Zone, at: string | number): string {
  const text = localText(zone, at);
  return text === null ? '—' : `${text.slice(0, 16).replace('T', ' ')} (${zoneName(zone)})`;
}

/** @returns the day on which the instant lies in the zone, such as `2026-11-26 (UTC+8)` */
export function dayIn(zone: Zone, at: string | number): string {
  const text = localText(zone, at);
  return text === null ? '—' : `${text.slice(0, 10)} (${zoneName(zone)})`;
}

/**
 * A deadline, before which something must happen. A period of days ends at midnight, which people read as the day that
 * begins; so the last day is named. A deadline within a day is named as its instant.
 */
export function deadlineIn(zone: Zone, at: string | number): string {
  const time = millisecondsOf(at);
  const isMidnight = (time + zone.utcOffsetMinutes * 60_000) % 86_400_000 === 0;
  return isMidnight ? dayIn(zone, time - 1) : instantIn(zone, time);
}

const millisecondsOf = (at: string | number) => (typeof at === 'string' ? Date.parse(at) : at);

function localText(zone: Zone, at: string | number): string | null {
  const local = new Date(millisecondsOf(at) + zone.utcOffsetMinutes * 60_000);
  return Number.isNaN(local.getTime()) ? null : local.toISOString();
}
