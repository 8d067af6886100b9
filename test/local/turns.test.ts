import { expect, it } from 'vitest';
import { openTurns, TOGETHER } from '../../infra/local/aws/turns.ts';

const turn = () => new Promise((done) => setImmediate(done));

it('makes a few calls in a turn, of which every fourth is other work', async () => {
  const made: string[][] = [];
  const turns = openTurns<string>((calls) => void made.push(calls));
  for (let i = 0; i < TOGETHER; i++) turns.queue('aside', true);
  for (let i = 0; i < TOGETHER; i++) turns.queue('request', false);
  expect(made).toEqual([]);
  await turn();
  expect(made).toHaveLength(1);
  expect(made[0]).toEqual(['request', 'request', 'request', 'aside']);
  for (let i = 0; i < 3; i++) await turn();
  expect(made.map((calls) => calls.length)).toEqual([TOGETHER, TOGETHER]);
  expect(made[1]?.at(-1)).toBe('aside');
});
