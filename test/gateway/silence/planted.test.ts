/** The comparison finds each kind of difference that a careless change could make. */
import { beforeAll, expect, it, vi } from 'vitest';
import { getItem } from '../../../shared/store/table.ts';
import { type Answer, fileGateway } from '../../support/gateway.ts';
import { differences, type Observation, observe } from './observe.ts';

const held: number[] = [];
const gateway = await fileGateway();
beforeAll(async () => {
  await catalogue();
  // A gateway that starts looks for work that was left, and ends by saying that there is none.
  const { jobs } = gateway.tables;
  await vi.waitFor(async () => expect(await getItem(jobs, { job: { S: 'open:jobs' } })).not.toBeNull());
});

/** An answer that needs no caller, so that nothing but the change decides. */
async function catalogue(): Promise<Answer> {
  const answer = await fetch(`${gateway.url}/.well-known/oauth-authorization-server`);
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, json: JSON.parse(text) };
}

const seen = (
  change: (answer: Answer) => Promise<Answer> | Answer = (answer) => answer,
): Promise<Observation> => observe(gateway, held, async () => change(await catalogue()));
const parts = (one: Observation, other: Observation) =>
  differences(one, other).map((text) => text.slice(0, text.indexOf(':')));

it('finds nothing between two calls that are alike', async () => {
  expect(differences(await seen(), await seen())).toEqual([]);
});

it.each<[string, string[], (answer: Answer) => Promise<Answer> | Answer]>([
  ['another status', ['status'], (answer) => ({ ...answer, status: 404 })],
  [
    'a header for some',
    ['headers'],
    (answer) => ({ ...answer, headers: new Headers([...answer.headers, ['retry-after', '60']]) }),
  ],
  ['another code', ['body'], (answer) => ({ ...answer, json: { ...answer.json, issuer: 'another' } })],
  ['one member more', ['body', 'size'], (answer) => ({ ...answer, json: { ...answer.json, more: 1 } })],
  ['a longer id', ['body'], (answer) => ({ ...answer, json: { ...answer.json, issuer: 'x'.repeat(20) } })],
  [
    'one call of the store more',
    ['calls'],
    async (answer) => {
      gateway.faults.take('store', 'GetItem');
      return answer;
    },
  ],
  [
    'an answer that is held back longer',
    ['held'],
    (answer) => {
      held.push(2);
      return answer;
    },
  ],
])('finds %s', async (_, expected, change) => {
  expect(parts(await seen(), await seen(change))).toEqual(expect.arrayContaining(expected));
});

it.each(['leaves', 'linked', 'usage', 'tasks', 'counted'] as const)('finds one more in %s', async (part) => {
  const one = await seen();
  const more = {
    counted: { counted: ['all 1'] },
    leaves: { leaves: [1577] },
    linked: { linked: ['{}'] },
    usage: { usage: ['{}'] },
    tasks: { tasks: ['{}'] },
  }[part];
  expect(parts(one, { ...one, ...more })).toEqual([part]);
});
