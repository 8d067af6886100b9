/** How long an honest entry waits for its proof while another agency requests as many people as its limit allows. */
import { expect, test } from 'vitest';
import { STEP_LEAVES } from '../../functions/sequencer/collect.ts';
import { EVERY, runSequencer } from '../../functions/sequencer/run.ts';
import { sequence } from '../../functions/sequencer/sequence.ts';
import { RATE_WINDOW, RATES } from '../../shared/identity/agencies/rate.ts';
import { openWorld } from './world.ts';

/** Leaves of one person who is asked about: an attempt and a decision. Requests are charged by people. */
const LEAVES = 2;
/** What the limit of one agency comes to. */
const FLOOD = Math.ceil((RATES.agency / RATE_WINDOW) * LEAVES);
/** Milliseconds that a step takes for each leaf: the slower machine of docs/performance.md. */
const COST = 0.63;
const SECONDS = 3;

test('an entry that is stored with the flood, or behind it in its chain, has its proof within six seconds', async () => {
  const world = openWorld();
  const { clock } = world;
  const floods = [world.writer(), world.writer()];
  const honest = [floods[0], world.writer()];
  const began = clock.now;
  const stored = new Map<string, number>();
  let second = 0;
  /** Lets the clock go on; each second the agency spends its limit, and then two honest offices store one entry each. */
  const pass = (ms: number) => {
    clock.now += ms;
    for (; second < SECONDS && clock.now - began >= second * 1000; second++) {
      for (let left = FLOOD; left > 0; left -= 100) floods[second % 2]?.append(Math.min(100, left));
      for (const writer of honest) {
        writer?.append();
        stored.set(`${writer?.writer}-${(writer?.items.length ?? 0) - 1}`, clock.now);
      }
    }
  };
  pass(0);
  let placed = 0;
  const waits: number[] = [];
  const step = async () => {
    const done = await sequence(world.deps);
    pass(done.sequenced * COST);
    for (const [item, at] of stored) {
      if (!world.places.has(item)) continue;
      waits.push(clock.now - at);
      stored.delete(item);
    }
    placed += done.sequenced;
    return done;
  };
  await runSequencer({ step, check: async () => 0 } as never, {
    now: () => clock.now,
    until: began + (SECONDS + 8) * 1000,
    every: EVERY,
    sleep: async (ms: number) => pass(ms),
  });
  expect(placed).toBeGreaterThan(SECONDS * FLOOD);
  expect(waits).toHaveLength(SECONDS * honest.length);
  expect(Math.max(...waits)).toBeLessThan(6000);
});

test('the limit of one agency leaves room in each step for others', () => {
  // A step that follows at once takes what came while the one before it ran.
  expect(FLOOD * ((STEP_LEAVES * COST) / 1000)).toBeLessThan(STEP_LEAVES);
});
