import { describe, expect, test } from 'vitest';
import { addWorkingDays, endOf } from '../../shared/policy/pack/calendar.ts';
import { isoOf, parseDay } from '../../shared/policy/value/age.ts';
import { children } from './support.ts';

const { calendar } = children;
const day = (text: string) => parseDay(text) ?? expect.fail();

describe('working days', () => {
  test.each([
    ['over a weekend', '2026-03-13', 1, '2026-03-16'],
    ['none', '2026-03-13', 0, '2026-03-13'],
    ['over a holiday with worked weekends around it', '2026-02-13', 2, '2026-02-24'],
    ['onto a Saturday that is worked', '2026-02-27', 1, '2026-02-28'],
    ['from a Sunday that is worked', '2026-09-20', 5, '2026-09-28'],
    ['over the October holidays', '2026-09-30', 1, '2026-10-08'],
    ['thirty of them', '2026-01-01', 30, '2026-02-12'],
  ])('%s: %s and %d is %s', (_, from, count, until) => {
    expect(isoOf(addWorkingDays(calendar, day(from), count))).toBe(until);
  });

  test('a calendar without any is a fault, not a loop', () => {
    const none = { ...calendar, weekend: [0, 1, 2, 3, 4, 5, 6], makeUpDays: new Set<string>() };
    expect(() => addWorkingDays(none, 0, 1)).toThrow(RangeError);
  });
});

describe('what lasts', () => {
  const at = Date.parse('2026-03-10T04:00:00Z');
  test.each([
    [{ hours: 72 }, '2026-03-13T04:00:00.000Z'],
    [{ days: 5 }, '2026-03-15T16:00:00.000Z'],
    [{ workingDays: 30 }, '2026-04-22T16:00:00.000Z'],
    [{ yearEnds: '08-31' }, '2026-08-31T16:00:00.000Z'],
    [{ yearEnds: '03-10' }, '2026-03-10T16:00:00.000Z'],
    [{ yearEnds: '03-09' }, '2027-03-09T16:00:00.000Z'],
  ])('%o ends at %s', (lasts, end) => {
    expect(new Date(endOf(calendar, lasts, at)).toISOString()).toBe(end);
  });
});
