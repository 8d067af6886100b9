/** Times in the words of the command line: the zone is named, and a deadline is its last day. */
import { afterEach, expect, it } from 'vitest';
import { endOf, instant, inZone } from '../../infra/cli/common.ts';
import {
  beginningOf,
  day,
  deadline,
  lastDay,
  minute,
  moment,
  showTimesIn,
  timeOf,
  zoneHere,
} from '../../infra/cli/terminal/times.ts';

const CHINA = { utcOffsetMinutes: 480 };
afterEach(() => showTimesIn({ utcOffsetMinutes: 0 }));

it('shows an instant in the zone of the gateway, with its name', () => {
  expect(timeOf('2026-11-26T15:20:31.000Z')).toBe('2026-11-26 15:20 (UTC)');
  showTimesIn(CHINA);
  expect(timeOf('2026-11-26T15:20:31.000Z')).toBe('2026-11-26 23:20 (UTC+8)');
  expect([
    minute('2026-11-26T16:20:31Z'),
    moment('2026-11-26T16:20:31.123Z'),
    day('2026-11-26T16:20:31Z'),
  ]).toEqual(['2026-11-27 00:20', '2026-11-27 00:20:31', '2026-11-27']);
  expect(zoneHere()).toBe('UTC+8');
});

it('names the last day of a period instead of the midnight after it', () => {
  showTimesIn(CHINA);
  expect(deadline('2026-11-27T16:00:00.000Z')).toBe('2026-11-27 (UTC+8)');
  expect(lastDay('2026-11-27T16:00:00.000Z')).toBe('2026-11-27');
  expect(deadline('2026-11-27T06:30:00.000Z')).toBe('2026-11-27 14:30 (UTC+8)');
});

it('begins a day in the zone', () => {
  expect(beginningOf('2026-11-26')).toBe('2026-11-26T00:00:00.000Z');
  showTimesIn(CHINA);
  expect(beginningOf('2026-11-26')).toBe('2026-11-25T16:00:00.000Z');
});

it('takes a day that ends something as the last one, in the zone of the gateway', async () => {
  const typed = {
    from: instant('2026-11-26'),
    until: endOf('2026-11-26'),
    at: endOf('2026-11-26T08:00:00Z'),
  };
  expect(String(typed.until)).toBe('2026-11-27T00:00:00.000Z');
  showTimesIn(CHINA);
  const options = { ...typed };
  inZone(options);
  expect(options).toEqual({
    from: '2026-11-25T16:00:00.000Z',
    until: '2026-11-26T16:00:00.000Z',
    at: '2026-11-26T08:00:00.000Z',
  });
  expect(deadline(options.until)).toBe('2026-11-26 (UTC+8)');
});

it('leaves a day as it is, whatever the zone', () => {
  showTimesIn({ utcOffsetMinutes: -300 });
  expect([day('2026-11-27'), deadline('2026-11-27'), lastDay('2026-11-27')]).toEqual(
    Array(3).fill('2026-11-27'),
  );
});
