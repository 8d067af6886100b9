import { expect, it } from 'vitest';
import { DAY, HOUR, spanTo, startOf } from '../../functions/console/web/units.ts';
import { spanTyped } from '../../functions/console/web/when.ts';

const at = (text: string) => Date.parse(text);
const CHINA = 480;

it('a day begins at the midnight of the zone, and an hour also where the zone is half an hour off', () => {
  expect(startOf(at('2026-11-27T06:00:00Z'), DAY, CHINA)).toBe(at('2026-11-26T16:00:00Z'));
  expect(startOf(at('2026-11-26T15:59:59Z'), DAY, CHINA)).toBe(at('2026-11-25T16:00:00Z'));
  expect(startOf(at('2026-11-27T06:10:00Z'), HOUR, 330)).toBe(at('2026-11-27T05:30:00Z'));
  expect(startOf(at('2026-11-27T02:00:00Z'), DAY, -300)).toBe(at('2026-11-26T05:00:00Z'));
});

it('a span ends with the present hour or day, which is in it as a whole', () => {
  const now = at('2026-11-27T06:10:00Z');
  expect(spanTo(now, 24, HOUR, CHINA)).toEqual({
    from: at('2026-11-26T07:00:00Z'),
    to: at('2026-11-27T07:00:00Z'),
  });
  expect(spanTo(now, 168, DAY, CHINA)).toEqual({
    from: at('2026-11-20T16:00:00Z'),
    to: at('2026-11-27T16:00:00Z'),
  });
});

it.each([
  ['2h', { to: '2026-11-27T04:10:00.000Z' }],
  ['30 分钟前', { to: '2026-11-27T05:40:00.000Z' }],
  ['yesterday', { from: '2026-11-25T16:00:00.000Z', to: '2026-11-26T16:00:00.000Z' }],
  ['2026-11-25', { from: '2026-11-24T16:00:00.000Z', to: '2026-11-25T16:00:00.000Z' }],
  ['2026-11-25 8:00', { to: '2026-11-25T00:00:00.000Z' }],
  ['2026-13-45', null],
  ['soon', null],
])('the time %s is read as typed in the zone of the policy', (text, span) => {
  expect(spanTyped(text, at('2026-11-27T06:10:00Z'), CHINA)).toEqual(span);
});
