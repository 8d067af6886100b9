import { describe, expect, test, vi } from 'vitest';
import { report } from '../../infra/cli/terminal/failures.ts';
import { unlessEnded } from '../../infra/local/sample/unless-ended.ts';
import { FieldgateError } from '../../shared/client/wire/errors.ts';
import { mayRepeat } from '../../shared/client/wire/send.ts';
import { Problem } from '../../shared/errors.ts';
import { problemsTexts } from '../../shared/messages/problems.ts';
import { screen } from '../../shared/policy/decide/screen.ts';
import { addWorkingDays, endOf, isBeyond, resumedEnd } from '../../shared/policy/pack/calendar.ts';
import type { Ask } from '../../shared/policy/types.ts';
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
  test('no day is called a holiday, so that no deadline is later than the true one', () => {
    // Two working days are left of 2026; the other three are counted as if each day were one.
    expect(isoOf(addWorkingDays(calendar, day('2026-12-29'), 5))).toBe('2027-01-03');
    expect(isoOf(addWorkingDays(calendar, day('2027-03-01'), 5))).toBe('2027-03-06');
  });

  test('a term of working days is refused, and a term of hours or days is not', () => {
    const [before, after] = [Date.parse('2026-12-31T15:59:59Z'), Date.parse('2026-12-31T16:00:00Z')];
    expect(isBeyond(calendar, { workingDays: 30 }, before)).toBe(false);
    expect(isBeyond(calendar, { workingDays: 30 }, after)).toBe(true);
    for (const lasts of [{ hours: 72 }, { days: 60 }, undefined])
      expect(isBeyond(calendar, lasts, after)).toBe(false);
  });

  test.each<[string, Partial<Ask>, string]>([
    ['W1', {}, 'CALENDAR_ENDED'],
    ['E1', { imminentDangerAttested: true }, ''],
    ['J1', { request: 'R-1' }, ''],
  ])('%s after its end', (purpose, more, code) => {
    const caller = { ...callerFor(children, purpose), trainedUntil: '2028-01-01' };
    const screening = screen(children, caller, askFor(children, purpose, more), noon('2027-01-04'));
    expect(screening.ok ? '' : screening.code).toBe(code);
  });
});

describe('the refusal after the end', () => {
  const { code, status } = new Problem('CALENDAR_ENDED');
  const title = problemsTexts[code]['en'] ?? '';
  const headers = new Headers({ 'content-type': 'application/problem+json' });
  const ended = new FieldgateError(code, title, { status });

  test('is not repeated, and the command line says who can help', () => {
    const answer = { status, headers, text: JSON.stringify({ code }) };
    expect(mayRepeat({ answer }, 1, 'repeatable')).toBe(false);
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    report(ended, false);
    const text = String(written.mock.lastCall?.[0]);
    written.mockRestore();
    expect(text).toContain('fieldgate pack publish');
    expect(text).not.toContain('Try again');
  });

  test('leaves the local start without that part of the sample, and hides no other fault', async () => {
    expect(await unlessEnded(Promise.reject(ended))).toBeNull();
    expect(await unlessEnded(Promise.resolve(1))).toBe(1);
    const other = new FieldgateError('BATCH_LIMIT', '');
    await expect(unlessEnded(Promise.reject(other))).rejects.toBe(other);
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
