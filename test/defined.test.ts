import { expect, test } from 'vitest';
import { defined } from '../shared/defined.ts';

test('an object of what is defined has no member that is undefined, and keeps null, false, zero and the order', () => {
  const made = defined({ b: null, a: undefined, d: false, c: 0, e: '' } as Record<string, unknown>);
  expect(Object.entries(made)).toEqual([
    ['b', null],
    ['d', false],
    ['c', 0],
    ['e', ''],
  ]);
});

test('a member named like the prototype is a member', () => {
  const made = defined(JSON.parse('{"__proto__": 1}'));
  expect(Object.keys(made)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
});
