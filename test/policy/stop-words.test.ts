/** Words of prohibited uses in letters of other scripts that look like those of a-z. */
import { expect, it } from 'vitest';
import { holdsStopWord } from '../../shared/policy/value/stop-words.ts';
import { children } from './support.ts';

const holds = (text: string) => holdsStopWord(children.stopWords, text);

it.each([
  'ƒundraising',
  'fսndraising',
  'fundrаising',
  'ḟυndraisıng',
  'f ս n d raising',
  '为孩子做 fᴜndraising',
])('finds a word in letters that look alike: %s', (text) => {
  expect(holds(text)).toBe(true);
});

it.each([
  'TNF-α 升高，需住院',
  'β-地中海贫血',
  '5 μg 每日',
  'школа № 5',
  'Ивану нужна помощь',
  'Ωmega',
  'naïve æsthetic ßtudy',
])('takes letters of other scripts for what they are: %s', (text) => {
  expect(holds(text)).toBe(false);
});
