/** What runs by itself: the tree of the log, the watch, tasks, rechecks and jobs. */
import { writerKeyOf } from '../../../infra/local/settings.ts';
import { kmsSign } from '../../../shared/keys/sign.ts';
import { LogWriter } from '../../../shared/log/write/writer.ts';
import { decision } from '../../log/log.ts';
import { type Stage, sleep } from '../world/stage.ts';
import type { Step } from '../world/step.ts';
import type { Act } from './acts.ts';

type Of = Stage['gateway']['of'];

/** A failed run is repeated by the next one. */
const machine = (weight: number, run: (of: Of, number: number) => Promise<unknown>): Act => ({
  weight,
  run: async ({ gateway }, _step, number) => void (await run(gateway.of, number).catch(() => {})),
});

/** A busy instance of another office: enough entries at once that a tile of the log becomes full. */
async function fill({ gateway: { kms, dynamo, env, now } }: Stage): Promise<void> {
  const writer = new LogWriter({
    ...{ dynamo, table: env.logTable, wordsTable: env.wordsTable, treeTable: env.treeTable, now },
    ...{ sign: (message) => kmsSign(kms, writerKeyOf(env, 'release'), 'ED25519_SHA_512', message) },
    ...{ name: 'release', kinds: ['denial'] },
  });
  const { subject: _, ...refused } = decision({ kind: 'denial', outcome: 'refused', fields: {}, keys: [] });
  for (let part = 0; part < 3; part++) await writer.append(Array.from({ length: 75 }, () => refused));
}

/** Passes over the log, so close together that an entry under way meets one. */
async function follow({ gateway: { of } }: Stage, _step: Step, number: number): Promise<void> {
  for (let pass = 0; pass < 12; pass++) {
    await of.casework.invoke(number, (one) => one.pass()).catch(() => {});
    await sleep(400);
  }
}

export const MACHINES: Record<string, Act> = {
  follow: { weight: 0, run: follow },
  fill: { weight: 0, run: fill },
  sequence: machine(10, ({ sequencer }, number) => sequencer.invoke(number, (one) => one.step())),
  checkIndex: machine(1, ({ sequencer }, number) => sequencer.invoke(number, (one) => one.check(number))),
  scan: machine(3, ({ watch }, number) => watch.invoke(number, (one) => one.scan())),
  reconcile: machine(2, ({ watch }, number) => watch.invoke(number, (one) => one.reconcile())),
  pass: machine(3, ({ casework }, number) => casework.invoke(number, (one) => one.pass())),
  recheck: machine(1, ({ verify }, number) => verify.invoke(number, (one) => one.recheck())),
  jobs: machine(2, ({ maintenance }, number) => maintenance.invoke(number, (one) => one.work(() => true))),
  daily: machine(1, ({ maintenance }, number) => maintenance.invoke(number, (one) => one.daily())),
};
