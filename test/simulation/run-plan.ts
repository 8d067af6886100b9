/** One run: the acts of a plan, then rest, then the checks. */
import { ACTS } from './acts/acts.ts';
import { readChild } from './acts/records.ts';
import { alertFaults } from './check/alerts.ts';
import { indexFaults } from './check/index-again.ts';
import { leftFaults } from './check/left.ts';
import { logFaults } from './check/log.ts';
import { registerFaults } from './check/registers.ts';
import { switchFaults, versionFaults } from './check/switches.ts';
import { endSimulation, type Fate, simulateCalls } from './engine/calls.ts';
import { resetClock, running } from './engine/clock.ts';
import { reseed } from './engine/machine.ts';
import { runSchedule } from './engine/schedule.ts';
import type { Plan } from './plan.ts';
import { watchOutput } from './world/output.ts';
import { openStage, type Stage, sleep } from './world/stage.ts';

export interface Report {
  /** What was promised and does not hold. */
  faults: string[];
  /** The calls of the run, in order. */
  trace: string[];
  /** Errors of clients, by message. */
  notes: ReadonlyMap<string, number>;
  /** Answers of the gateway, by route and status. */
  answers: ReadonlyMap<string, number>;
}

/** Milliseconds after which nothing of the acts is under way any more. */
const REST = 200_000;

export async function runPlan(plan: Plan, seed = 0): Promise<Report> {
  endSimulation();
  resetClock();
  reseed(seed);
  const stage = await runSchedule(openStage());
  const endOutput = watchOutput(stage.history);
  const fates = new Map(plan.map(({ salt, faults }, i): [number, Fate] => [i, { salt, faults, calls: 0 }]));
  const trace = simulateCalls(fates, stage.gateway.pools.crash);
  try {
    await runSchedule(perform(stage, plan));
    await runSchedule(sleep(REST));
    endSimulation();
    stage.gateway.pools.clear();
    await runSchedule(comeToRest(stage, 1));
    await runSchedule(readAll(stage));
    await runSchedule(comeToRest(stage, 2));
    const faults = [
      ...stage.history.faults,
      ...stage.gateway.objectFaults,
      ...stage.gateway.stepFaults,
      ...registerFaults(stage.history),
      ...switchFaults(stage.history),
      ...versionFaults(stage.history),
      ...(await runSchedule(logFaults(stage))),
      ...(await runSchedule(alertFaults(stage))),
      ...(await runSchedule(leftFaults(stage))),
      ...(await runSchedule(indexFaults(stage))),
    ];
    return {
      faults: [...new Set(faults)],
      trace,
      notes: stage.history.notes,
      answers: stage.history.answers,
    };
  } catch (error) {
    return {
      faults: [`the run: ${(error as Error).stack}`],
      trace,
      notes: stage.history.notes,
      answers: stage.history.answers,
    };
  } finally {
    endOutput();
    endSimulation();
    await stage.close();
  }
}

async function perform(stage: Stage, plan: Plan): Promise<void> {
  const acts: Promise<void>[] = [];
  for (const [number, step] of plan.entries()) {
    await sleep(step.gap);
    const act = ACTS.get(step.act);
    if (!act) throw new Error(`no act is called ${step.act}`);
    const run = running.run({ act: number, instance: null }, () => act.run(stage, step, number));
    acts.push(run.catch((error) => void stage.history.faults.push(`${step.act}: ${error.stack}`)));
  }
  await Promise.all(acts);
}

/** Everything that runs by itself, without faults, until nothing is left to do. */
async function comeToRest({ gateway: { of } }: Stage, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (let more = true; more; )
      more = await of.sequencer.invoke(-1, async (one) => {
        const step = await one.step();
        return step.sequenced > 0 || step.lost || step.more || step.caughtUp > 0;
      });
    while ((await of.watch.invoke(-1, (one) => one.scan())).behind > 0);
    while ((await of.casework.invoke(-1, (one) => one.pass())) > 0);
    await of.verify.invoke(-1, (one) => one.recheck());
    while ((await of.maintenance.invoke(-1, (one) => one.work(() => true))) !== null) await sleep(5_000);
    while ((await of.watch.invoke(-1, (one) => one.reconcile())).behind > 0);
    await sleep(REST);
  }
}

/** In the end each child who was not erased or stopped can be read, with what was last acknowledged. */
async function readAll(stage: Stage): Promise<void> {
  const { history, children } = stage;
  for (const child of children) {
    const allowed = await readChild(stage, { repeats: 0 }, child);
    const names = [`freeze ${child.name}`, 'freeze of W1', `erase ${child.name}`, 'agency mca-county'];
    const stopped = history.turns.some(({ name, to }) => to === 'off' && names.includes(name));
    if (!allowed && !stopped) history.faults.push(`nothing can be read of ${child.name}`);
  }
}
