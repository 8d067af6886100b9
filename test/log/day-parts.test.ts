/** The parts of a day in the index: their number can grow, and entries of before are found. */
import { expect, it } from 'vitest';
import { dayOf, daysOf } from '../../shared/log/write/item.ts';

const DATE = '2026-11-27';
const at = `${DATE}T08:00:00.000Z`;
const writers = Array.from(
  { length: 256 },
  (_, last) => `67757d1430504045e82f49a71c89ef${last.toString(16).padStart(2, '0')}`,
);

it.each([4, 16, 64, 256])('of %i each takes its share of the writers', (parts) => {
  const counts = new Map<string, number>();
  for (const writer of writers) {
    const day = dayOf({ writer, at }, parts);
    counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual(daysOf(DATE, parts).sort());
  expect(new Set(counts.values())).toEqual(new Set([256 / parts]));
});

it('hold each entry that was written with fewer, if a reader asks for more', () => {
  const asked = new Set(daysOf(DATE, 64));
  for (const writer of writers) expect(asked.has(dayOf({ writer, at }))).toBe(true);
});

it('are those of the last digit today, as the entries of before have them', () => {
  for (const writer of writers)
    expect(dayOf({ writer, at })).toBe(`${DATE}#${Number.parseInt(writer.slice(-1), 16) % 4}`);
});
