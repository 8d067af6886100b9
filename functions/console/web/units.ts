/** Hours and days of a zone, as the gateway counts by them. */

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/**
 * The beginning of the hour or day in which an instant is.
 * @param ahead minutes by which the zone is ahead of UTC
 */
export function startOf(instant: number, unit: number, ahead: number): number {
  const past = (instant + ahead * 60_000) % unit;
  return instant - past;
}

/** The last so many hours, or days, to the end of the present one. */
export function spanTo(
  now: number,
  hours: number,
  unit: number,
  ahead: number,
): { from: number; to: number } {
  const to = startOf(now, unit, ahead) + unit;
  return { from: to - hours * HOUR, to };
}
