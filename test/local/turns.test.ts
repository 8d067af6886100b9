import { expect, it } from 'vitest';
import { openTurns } from '../../infra/local/aws/turns.ts';

it('gives each call a turn of its own, and other work every fourth', async () => {
  const turns = openTurns();
  const order: string[] = [];
  const call = async (name: string, aside: boolean) => {
    await turns.next(aside);
    order.push(name);
  };
  const all = [1, 2, 3].map(() => call('aside', true));
  all.push(...[1, 2, 3, 4].map(() => call('request', false)));
  const turn = () => new Promise((done) => setImmediate(done));
  await turn();
  expect(order.length).toBeLessThanOrEqual(1);
  await Promise.all(all);
  expect(order).toEqual(['request', 'request', 'request', 'aside', 'request', 'aside', 'aside']);
});
