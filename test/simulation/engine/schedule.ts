/** Lets one event happen after the other, each when nothing else can go on. */
import { clock, type Instance, nextEvent, START } from './clock.ts';
import { quiet } from './machine.ts';

/** Events and days after which a run has no end. */
const MOST = 300_000;
const DAYS = 60 * 86_400_000;

/** @throws Error if nothing can happen any more, or too much has, before the work is done */
export async function runSchedule<T>(work: Promise<T>): Promise<T> {
  const state = { done: false };
  const settled = () => {
    state.done = true;
  };
  work.then(settled, settled);
  for (let count = 0; ; count++) {
    await quiet();
    if (state.done) return work;
    const event = nextEvent();
    if (!event) throw new Error('nothing can go on, and an act has no answer');
    if (count > MOST || clock.now > START + DAYS) throw new Error('the run has no end');
    const { owner } = event;
    if (owner?.dead) continue;
    if (owner?.frozen) owner.parked.push(event);
    else event.run();
  }
}

/** Whatever the instance waits for never comes. */
export function crash(instance: Instance, told: () => void): void {
  instance.dead = true;
  instance.parked = [];
  told();
}
