/** The stories of the sample: each is about a child that exists, offices that exist and rules that exist. */
import { expect, it } from 'vitest';
import { SAMPLE_PEOPLE } from '../../infra/local/people/sample-people.ts';
import { SAMPLE_AGENCIES } from '../../infra/local/sample/agencies.ts';
import { storiesOf } from '../../infra/local/sample/stories.ts';
import { children as pack } from '../policy/support.ts';

const sample = { children: 100, today: '2026-11-26' };
const stories = storiesOf(sample);
const named = (option: string) =>
  stories.flatMap(({ run }) =>
    run.flatMap((line) => line.match(new RegExp(`(?<=${option} )\\S+`, 'g')) ?? []),
  );

it('has every story by its own name, with rules of the pack and the number of its child', () => {
  expect(stories.length).toBeGreaterThanOrEqual(9);
  expect(new Set(stories.map(({ name }) => name)).size).toBe(stories.length);
  for (const { rules } of stories) for (const rule of rules) expect(pack.rules.has(rule)).toBe(true);
  for (const { name, idNumber, run } of stories) {
    if (idNumber !== undefined) expect(idNumber, name).toMatch(/^990001\d{11}[\dX]$/);
    expect(run.join(' ')).not.toMatch(/[{}]|--id-number(?! \d)/);
  }
});

it('names offices, people and purposes of the sample', () => {
  const agencies = SAMPLE_AGENCIES.map(({ clientId }) => clientId);
  expect(agencies).toEqual(expect.arrayContaining(named('--as')));
  expect(SAMPLE_PEOPLE.map(({ id }) => id)).toEqual(expect.arrayContaining(named('--officer')));
  for (const code of named('--purpose')) expect(pack.purposes.has(code)).toBe(true);
});

it('moves with the day, and is the same on every machine on one day', () => {
  expect(storiesOf(sample)).toEqual(stories);
  const other = storiesOf({ ...sample, today: '2027-03-01' });
  expect(other.map(({ idNumber }) => idNumber)).not.toEqual(stories.map(({ idNumber }) => idNumber));
});
