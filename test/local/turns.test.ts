import { expect, it } from 'vitest';
import { CROWDED, openTurns, TOGETHER } from '../../infra/local/aws/turns.ts';

const turn = () => new Promise((done) => setImmediate(done));

it('makes a few calls in a turn, of which every fourth is other work', async () => {
  const made: string[][] = [];
  const turns = openTurns<string>(
    (calls) => void made.push([...calls]),
    () => 0,
  );
  for (let i = 0; i < TOGETHER; i++) turns.queue('aside', true);
  for (let i = 0; i < TOGETHER; i++) turns.queue('request', false);
  expect(made).toEqual([]);
  await turn();
  expect(made).toHaveLength(1);
  const some = ['request', 'request', 'request', 'aside'];
  expect(made[0]).toEqual([...some, ...some, ...some, ...some]);
  for (let i = 0; i < 3; i++) await turn();
  expect(made.map((calls) => calls.length)).toEqual([TOGETHER, TOGETHER]);
  expect(made[1]?.at(-1)).toBe('aside');
});

it('begins no further call in a turn that has taken a millisecond, and leaves none', async () => {
  const made: string[][] = [];
  let now = 0;
  const turns = openTurns<string>(
    (calls) => {
      const some: string[] = [];
      made.push(some);
      for (const call of calls) {
        some.push(call);
        now += call === 'slow' ? 5 : 0.4;
      }
    },
    () => now,
  );
  for (const call of ['slow', 'a', 'b', 'c', 'd']) turns.queue(call, false);
  for (let i = 0; i < 4; i++) await turn();
  expect(made).toEqual([['slow'], ['a', 'b', 'c'], ['d']]);
});

it('makes more calls in a turn, and for longer, while requests wait in a crowd', async () => {
  const made: number[] = [];
  let now = 0;
  const turns = openTurns<string>(
    (calls) => {
      let count = 0;
      for (const call of calls) {
        count++;
        now += call === 'slow' ? 0.5 : 0;
      }
      made.push(count);
    },
    () => now,
  );
  for (let i = 0; i <= CROWDED + 8; i++) turns.queue(i < 8 ? 'slow' : 'quick', false);
  for (let i = 0; i < 4; i++) await turn();
  // Eight take the four milliseconds.
  expect(made).toEqual([8, CROWDED, 1]);
});
