/** A time as a person types it. */
import { DAY, HOUR, startOf } from './units.ts';

const UNITS: Record<string, number> = {
  ...{ m: 60_000, min: 60_000, 分钟: 60_000, h: HOUR, 小时: HOUR, d: DAY, 天: DAY },
};
const DAYS: Record<string, number> = { today: 0, 今天: 0, yesterday: 1, 昨天: 1 };

/**
 * `2h` and `2026-11-25 08:00`: the entries until then. `yesterday` and `2026-11-25`: those of the day.
 * @param ahead minutes by which the zone is ahead of UTC
 * @returns `null` for anything else
 */
export function spanTyped(text: string, now: number, ahead: number): { from?: string; to: string } | null {
  const typed = text.trim().toLowerCase();
  const iso = (at: number) => new Date(at).toISOString();
  const [, amount, unit = ''] = /^(\d{1,4})\s*(\D+?)前?$/.exec(typed) ?? [];
  const size = UNITS[unit];
  if (amount !== undefined && size !== undefined) return { to: iso(now - Number(amount) * size) };
  const back = DAYS[typed];
  const dayOf = (from: number) => ({ from: iso(from), to: iso(from + DAY) });
  if (back !== undefined) return dayOf(startOf(now, DAY, ahead) - back * DAY);
  const [, date, clock] = /^(\d{4}-\d{2}-\d{2})(?:[ t](\d{1,2}:\d{2}))?$/.exec(typed) ?? [];
  if (date === undefined) return null;
  const at = Date.parse(`${date}T${(clock ?? '00:00').padStart(5, '0')}Z`) - ahead * 60_000;
  if (Number.isNaN(at)) return null;
  return clock === undefined ? dayOf(at) : { to: iso(at) };
}
