import { expect, test } from 'vitest';
import { wholeLog } from '../../functions/maintenance/span.ts';

const NOW = Date.parse('2026-11-26T02:00:00Z');

test('a log without an index is read from the day before, one with an index from its beginning', () => {
  expect(NOW - wholeLog(NOW, null).from).toBeLessThan(86_400_001);
  expect(wholeLog(NOW, { size: 8, until: NOW - 5_000 }).from).toBe(0);
});

test('while the index is being rebuilt a pass waits: it would read every day since 1970, or miss recipients', () => {
  expect(() => wholeLog(NOW, { size: 8, until: 0 })).toThrow(
    expect.objectContaining({ code: 'STORE_UNAVAILABLE' }),
  );
});
