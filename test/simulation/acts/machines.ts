/** What runs by itself: the tree of the log, the watch, tasks, rechecks and jobs. */
import type { Stage } from '../world/stage.ts';
import type { Act } from './acts.ts';

type Of = Stage['gateway']['of'];

/** A failed run is repeated by the next one. */
const machine = (weight: number, run: (of: Of, number: number) => Promise<unknown>): Act => ({
  weight,
  run: async ({ gateway }, _step, number) => void (await run(gateway.of, number).catch(() => {})),
});

export const MACHINES: Record<string, Act> = {
  sequence: machine(10, ({ sequencer }, number) => sequencer.invoke(number, (one) => one.step())),
  checkIndex: machine(1, ({ sequencer }, number) => sequencer.invoke(number, (one) => one.check(number))),
  scan: machine(3, ({ watch }, number) => watch.invoke(number, (one) => one.scan())),
  reconcile: machine(2, ({ watch }, number) => watch.invoke(number, (one) => one.reconcile())),
  pass: machine(3, ({ casework }, number) => casework.invoke(number, (one) => one.pass())),
  recheck: machine(1, ({ verify }, number) => verify.invoke(number, (one) => one.recheck())),
  jobs: machine(2, ({ maintenance }, number) => maintenance.invoke(number, (one) => one.work(() => true))),
  daily: machine(1, ({ maintenance }, number) => maintenance.invoke(number, (one) => one.daily())),
};
