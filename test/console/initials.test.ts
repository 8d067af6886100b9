import { expect, test } from 'vitest';
import { initialsOf } from '../../functions/console/web/frame/initials.ts';
import { children } from '../policy/support.ts';

test.each([
  ['就学支持', 'jxzc'],
  ['县教育局', 'xjyj'],
  ['身份证号', 'sfzh'],
  ['医疗救助（S2）', 'yljz'],
  ['恩施欧阳二他屋', 'esoyetw'],
  ['School', ''],
])('the initials of %s are %s', (text, initials) => {
  expect(initialsOf(text)).toBe(initials);
});

test('every Chinese character of the names of the policy has one', () => {
  const names = [...children.purposes.values(), ...children.fields.values()].map(
    ({ label }) => label['zh'] ?? '',
  );
  expect(names.length).toBeGreaterThan(50);
  for (const name of names)
    expect([name, initialsOf(name).length]).toEqual([name, [...name.matchAll(/\p{Script=Han}/gu)].length]);
});
