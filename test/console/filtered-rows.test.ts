import { expect, it } from 'vitest';
import { bucketsOf, placeOf, rowsOf, stepOf } from '../../functions/console/web/log/filtered-rows.ts';
import { DAY, HOUR } from '../../functions/console/web/units.ts';

const [first, second] = ['2026-11-27T06:00:00.000Z', '2026-11-27T08:00:00.000Z'];
const buckets = bucketsOf(
  [
    { from: '', counts: { damaged: 1 } },
    { from: first, counts: { decision: 2, denial: 1 } },
    { from: second, counts: { decision: 2 } },
  ],
  HOUR,
);

it('rows are counted from the newest hour on, and each is in one hour', () => {
  expect(rowsOf(buckets)).toBe(5);
  expect(buckets[0]).toEqual({ from: Date.parse(second), to: Date.parse(second) + HOUR, count: 2 });
  const places = Array.from({ length: 6 }, (_, row) => placeOf(buckets, row));
  expect(places.map((one) => one && [one.bucket, one.offset])).toEqual([
    ...[
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
      [1, 2],
    ],
    null,
  ]);
});

it('up to 31 days are counted by hour', () => {
  expect(stepOf({ from: 0, to: 31 * DAY })).toBe(HOUR);
  expect(stepOf({ from: 0, to: 31 * DAY + 1 })).toBe(DAY);
});
