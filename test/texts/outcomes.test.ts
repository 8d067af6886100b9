/** Each word that closes a task of the shipped pack has a text in the inbox of the console, and one for a Chinese terminal. */
import { expect, it } from 'vitest';
import { outcomesOf } from '../../functions/casework/tasks/outcomes.ts';
import { inbox as english } from '../../functions/console/web/messages/en/casework.ts';
import { inbox as chinese } from '../../functions/console/web/messages/zh/casework.ts';
import { codes } from '../../infra/cli/messages/zh/terminal.ts';
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
