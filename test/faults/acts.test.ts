import { expect, it } from 'vitest';
import { ACT_NAMES, type ActName } from '../../shared/acts.ts';
import { liftMissLimits, liftOpenRequests, liftReviewLimit, liftStopLimits } from '../support/lifted.ts';
import { fileWorld } from '../verify/world.ts';
import { LEFT_OUT, SCENARIOS } from './scenarios.ts';

liftStopLimits();

it('every act has a request here, or a reason why not', { timeout: 180_000 }, async () => {
  liftMissLimits();
  liftOpenRequests();
  liftReviewLimit();
  const world = await fileWorld();
  const seen = new Set<ActName>();
  for (const make of Object.values(SCENARIOS)) {
    seen.add((await make(world)).act);
    // Readers of the log wait until it is indexed.
    await world.gateway.sequencer.step();
  }
  const left = ACT_NAMES.filter((act) => !seen.has(act));
  expect(left).toEqual(ACT_NAMES.filter((act) => act in LEFT_OUT));
});
