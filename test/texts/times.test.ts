import { expect, it } from 'vitest';
import { dayIn, deadlineIn, instantIn, UTC, zoneName } from '../../shared/times.ts';

const CHINA = { utcOffsetMinutes: 480 };
const NEWFOUNDLAND = { utcOffsetMinutes: -210 };

it('instants are shown in the zone, and the zone is named', () => {
  expect(instantIn(CHINA, '2026-11-26T15:05:59Z')).toBe('2026-11-26 23:05 (UTC+8)');
  expect(instantIn(CHINA, Date.parse('2026-11-26T16:05:00Z'))).toBe('2026-11-27 00:05 (UTC+8)');
  expect(instantIn(UTC, '2026-11-26T15:05:59Z')).toBe('2026-11-26 15:05 (UTC)');
  expect(instantIn(NEWFOUNDLAND, '2026-11-26T01:00:00Z')).toBe('2026-11-25 21:30 (UTC-3:30)');
  expect(dayIn(CHINA, '2026-11-26T16:00:00Z')).toBe('2026-11-27 (UTC+8)');
  expect(zoneName({ utcOffsetMinutes: 345 })).toBe('UTC+5:45');
});

it('what is no instant is a dash', () => {
  for (const show of [instantIn, dayIn, deadlineIn]) {
    expect(show(CHINA, 'soon')).toBe('—');
    expect(show(CHINA, Number.NaN)).toBe('—');
    expect(show(CHINA, 1e300)).toBe('—');
  }
});

it('a deadline names the last day, not the midnight after it', () => {
  expect(deadlineIn(CHINA, '2026-11-26T16:00:00Z')).toBe('2026-11-26 (UTC+8)');
  // The same instant is no midnight elsewhere, so it is an instant there.
  expect(deadlineIn(UTC, '2026-11-26T16:00:00Z')).toBe('2026-11-26 16:00 (UTC)');
  expect(deadlineIn(CHINA, '2026-11-26T16:00:00.001Z')).toBe('2026-11-27 00:00 (UTC+8)');
  expect(deadlineIn(NEWFOUNDLAND, '2026-11-26T03:30:00Z')).toBe('2026-11-25 (UTC-3:30)');
  expect(deadlineIn(UTC, '1969-12-31T00:00:00Z')).toBe('1969-12-30 (UTC)');
});
