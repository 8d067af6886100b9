/** Each word that closes a task of the shipped pack has a text in the inbox of the console, and one for a Chinese terminal. */
import { expect, it } from 'vitest';
import { outcomesOf } from '../../functions/casework/tasks/outcomes.ts';
import { inbox as english } from '../../functions/console/web/messages/en/casework.ts';
import { inbox as chinese } from '../../functions/console/web/messages/zh/casework.ts';
import { log } from '../../functions/console/web/messages/zh/log.ts';
import { codes } from '../../infra/cli/messages/zh/terminal.ts';
import { KINDS, OUTCOMES } from '../../shared/entry-kinds.ts';
import { children } from '../policy/support.ts';

const known = [...new Set([...children.tasks.keys()].flatMap((kind) => outcomesOf(children, kind) ?? []))];

it.each([
  ['the English inbox', english.outcomes],
  ['the Chinese inbox', chinese.outcomes],
  ['a Chinese terminal', codes],
])('%s has a word for each outcome of a task', (_, words) => {
  expect(known.length).toBeGreaterThan(15);
  expect(known.filter((one) => !Object.hasOwn(words, one))).toEqual([]);
});

it('each outcome and each kind of an entry has a Chinese word, in the console and in a terminal', () => {
  expect(OUTCOMES.length).toBeGreaterThan(50);
  for (const words of [log.outcomes, codes])
    expect(OUTCOMES.filter((one) => !/\p{Script=Han}/u.test(words[one] ?? ''))).toEqual([]);
  for (const words of [log.kinds, codes])
    expect(KINDS.filter((one) => !/\p{Script=Han}/u.test(words[one] ?? ''))).toEqual([]);
});

it('a ruling on a refusal, and the answer to an objection, say what they rule on', () => {
  expect([codes['upheld'], codes['task:upheld']]).toEqual(['异议成立', '维持不予共享']);
  expect(log.outcomes['task:upheld']).toBe(chinese.outcomes['upheld']);
});
