/** Where the rows of a filter are in time: the newest first, by the counts of its hours or days. */
import { DAY, HOUR } from '../units.ts';

/** Longer spans are counted by day: the gateway answers with at most 31 days of hours. */
const HOURLY = 31 * DAY;

export const stepOf = ({ from, to }: { from: number; to: number }): number =>
  to - from > HOURLY ? DAY : HOUR;

export interface Bucket {
  /** Epoch milliseconds. */
  from: number;
  to: number;
  /** Rows. */
  count: number;
}

/** @param buckets as the gateway counts them, oldest first; one without a time has entries that no list shows */
export function bucketsOf(
  buckets: readonly { from: string; counts: Record<string, number> }[],
  step: number,
): Bucket[] {
  return buckets
    .flatMap(({ from, counts }) => {
      const count = Object.values(counts).reduce((sum, n) => sum + n, 0);
      return from === '' || count === 0
        ? []
        : [{ from: Date.parse(from), to: Date.parse(from) + step, count }];
    })
    .reverse();
}

/** The bucket of a row and the rows of that bucket before it; `null` beyond the end. */
export function placeOf(buckets: readonly Bucket[], row: number): { bucket: number; offset: number } | null {
  let offset = row;
  for (const [bucket, { count }] of buckets.entries()) {
    if (offset < count) return { bucket, offset };
    offset -= count;
  }
  return null;
}

export const rowsOf = (buckets: readonly Bucket[]): number =>
  buckets.reduce((sum, { count }) => sum + count, 0);
