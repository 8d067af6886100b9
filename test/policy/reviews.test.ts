/** The order of reviews is data of the pack: the compiler demands every part of it, in both languages. */
import { expect, it, test } from 'vitest';
import { translated } from '../../infra/cli/messages/translated.ts';
import { faults as CHINESE } from '../../infra/cli/messages/zh/faults.ts';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { changed, faultsOf } from './changed-pack.ts';

test.each([
  ['    owed: 250\n', '', '"owed" is missing: add `owed: …`', '缺少 "owed"'],
  ['owed: 250', 'owed: -250', 'Expected >=0 but received -250', '应为 >=0，而不是 -250'],
  ['owed: 250', 'owed: 2.5', 'Invalid integer: Received 2.5', '应为整数，而不是 2.5'],
  ['owed: 250', 'owing: 250', 'unknown key "owing"', 'owing'],
  ['  oneIn: 20\n', '', '"oneIn" is missing: add `oneIn: …`', '缺少 "oneIn"'],
  ['oneIn: 20', 'oneIn: 0', 'Expected >=1 but received 0', '应为 >=1，而不是 0'],
  [/^reviews:[\s\S]*/m, '', '"reviews" is missing: add `reviews: …`', '缺少 "reviews"'],
])('%s turned into "%s" is a fault', (from, to, english, chinese) => {
  const faults = faultsOf('reviews.yaml', from, to);
  const fault = faults.find((one) => one.includes(english)) ?? String(faults);
  expect(fault).toContain(english);
  const { message = '' } =
    compilePack(changed('reviews.yaml', from, to)).faults.find((one) => one.message.includes(english)) ?? {};
  expect(translated(message, CHINESE)).toContain(chinese);
});

it('a reason may be switched off', () => {
  expect(faultsOf('reviews.yaml', 'owed: 250', 'owed: 0')).toEqual([]);
});
