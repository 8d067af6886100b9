import { describe, expect, test } from 'vitest';
import { screen } from '../../shared/policy/decide/screen.ts';
import { addWorkingDays, dueAt, endOf, resumedEnd } from '../../shared/policy/pack/calendar.ts';
import { isoOf, parseDay } from '../../shared/policy/value/age.ts';
import { askFor, callerFor, children, noon } from './support.ts';

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

describe('beyond the calendar', () => {
  test('working days are reckoned by weekends alone', () => {
    // Two working days are left of 2026; 2 and 3 January are a weekend.
    expect(isoOf(addWorkingDays(calendar, day('2026-12-29'), 5))).toBe('2027-01-05');
    expect(isoOf(addWorkingDays(calendar, day('2027-03-01'), 5))).toBe('2027-03-08');
    expect(isoOf(addWorkingDays(calendar, day('2028-02-29'), 30))).toBe('2028-04-11');
  });

  test.each(['2026-12-29', '2027-01-01', '2028-02-29', '2031-12-31'])(
    'a deadline of ours from %s is not later, though weekends were worked, and a term not shorter than it',
    (from) => {
      const first = day(from);
      const worked = Array.from({ length: 40 }, (_, n) => isoOf(first + n));
      const { until: _, ...endless } = { ...calendar, makeUpDays: new Set(worked) };
      for (const count of [1, 5, 10, 15, 30]) {
        const within = { workingDays: count };
        const due = dueAt(calendar, within, noon(from));
        expect(due).toBeLessThanOrEqual(endOf(endless, within, noon(from)));
        expect(endOf(calendar, within, noon(from))).toBeGreaterThanOrEqual(due);
      }
    },
  );

  test.each(['2027-01-01', '2028-02-29', '2031-12-31'])(
    'a purpose whose term is in working days goes on, on %s',
    (on) => {
      const caller = { ...callerFor(children, 'W1'), trainedUntil: '2033-01-01' };
      expect(children.purposes.get('W1')?.lasts).toEqual({ workingDays: 30 });
      expect(screen(children, caller, askFor(children, 'W1'), noon(on))).toMatchObject({ ok: true });
    },
  );
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

describe('a term that stood still', () => {
  const at = (text: string) => Date.parse(`${text}T02:00:00Z`);
  const end = (from: string, days: number) => endOf(calendar, { workingDays: days }, at(from));
  test.each([
    // One day from Tuesday, stopped at once, and supplied on Friday: until Monday's end.
    ['2026-03-10', 1, '2026-03-10', '2026-03-13', '2026-03-16'],
    // Ten days from Tuesday, stopped when four were over.
    ['2026-03-10', 10, '2026-03-16', '2026-03-20', '2026-03-30'],
    // The last day had begun: it counts whole.
    ['2026-03-10', 1, '2026-03-11', '2026-03-17', '2026-03-18'],
  ])('from %s, %i days, stood from %s to %s: ends with %s', (from, days, stopped, resumed, last) => {
    const stood = { from: at(stopped), until: at(resumed) };
    const next = resumedEnd(calendar, { workingDays: days }, end(from, days), stood);
    expect(new Date(next - 1 + 8 * 3_600_000).toISOString().slice(0, 10)).toBe(last);
  });

  test('a term in hours has as many left as before', () => {
    expect(resumedEnd(calendar, { hours: 24 }, 100, { from: 40, until: 70 })).toBe(130);
  });
});
