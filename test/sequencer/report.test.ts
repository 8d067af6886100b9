/** Metrics of scheduled runs: an unknown number must be missing, not zero. */
import { afterEach, expect, it, vi } from 'vitest';
import type { Sequencer } from '../../functions/sequencer/app.ts';
import { reportRun, runSequencer } from '../../functions/sequencer/run.ts';
import type { Watcher } from '../../functions/watch/app.ts';
import { reportRun as reportWatch, runWatch } from '../../functions/watch/run.ts';

afterEach(() => vi.restoreAllMocks());

const fails = () => Promise.reject(new Error('no access'));
const step = (oldest: number | null) => async () => ({
  sequenced: 1,
  oldest,
  faults: [],
  lost: false,
  caughtUp: 0,
  behind: false,
  checkpoint: { size: 7 },
});

/** The line of a run of three steps, a second apart, that begins at 100 s. */
async function sequenced(...steps: (() => Promise<unknown>)[]): Promise<Record<string, unknown>> {
  let time = 100_000;
  const sequencer = { step: () => (steps.shift() ?? fails)(), check: async () => 0 } as unknown as Sequencer;
  const sleep = async (ms: number) => {
    time += ms;
  };
  const run = await runSequencer(sequencer, { now: () => time, until: 103_000, every: 1000, sleep });
  return lineOf(() => reportRun(run, time));
}

function lineOf(report: () => void): Record<string, unknown> {
  const log = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  report();
  const line = JSON.parse(String(log.mock.lastCall?.[0]));
  log.mockRestore();
  const named = line._aws.CloudWatchMetrics[0].Metrics.map(({ Name }: { Name: string }) => Name);
  for (const name of named) expect([name, typeof line[name]]).toEqual([name, 'number']);
  return { ...Object.fromEntries(named.map((name: string) => [name, line[name]])) };
}

/** A run of steps that place these numbers of entries, and nothing after them. */
async function stepped(minute: number, ...entries: number[]) {
  const began = minute * 60_000;
  let time = began;
  let steps = 0;
  const turns: number[] = [];
  const sequencer = {
    step: async () => ({ ...(await step(null)()), sequenced: entries[steps++] ?? 0 }),
    check: async (turn: number) => turns.push(turn) - turns.length,
  };
  const sleep = async (ms: number) => {
    time += ms;
  };
  await runSequencer(sequencer as never, { now: () => time, until: began + 58_000, every: 4000, sleep });
  return { steps, pauses: time - began, turns };
}

it('a run that finds nothing ends without a pause, and one that worked after nothing came for three steps', async () => {
  expect(await stepped(1)).toMatchObject({ steps: 1, pauses: 0 });
  expect(await stepped(1, 2)).toMatchObject({ steps: 4, pauses: 12_000 });
  expect(await stepped(1, 2, 0, 1)).toMatchObject({ steps: 6, pauses: 20_000 });
});

it('a run checks the index once if the tree grew, and every tenth minute at rest, which reaches each bundle', async () => {
  expect((await stepped(7, 1, 1)).turns).toEqual([7]);
  expect((await stepped(7)).turns).toEqual([]);
  const hours = await Promise.all(Array.from({ length: 120 }, (_, minute) => stepped(minute)));
  expect(hours.flatMap(({ turns }) => turns)).toEqual(Array.from({ length: 12 }, (_, turn) => turn));
});

it('a run goes on without pauses while an index catches up, reports what it lacked, and waits for one that takes nothing', async () => {
  const run = async (...following: { caughtUp: number; behind: boolean }[]) => {
    let pauses = 0;
    const lines = { step: async () => ({ ...(await step(null)()), sequenced: 0, ...following.shift() }) };
    const sequencer = { ...lines, check: async () => 0 } as unknown as Sequencer;
    const sleep = async (ms: number) => {
      pauses += ms;
    };
    const done = await runSequencer(sequencer, {
      now: () => 60_000 + pauses,
      until: 118_000,
      every: 4000,
      sleep,
    });
    return { pauses, left: following.length, missing: done.missing };
  };
  const stretch = { caughtUp: 1024, behind: true };
  const all = [stretch, stretch, { caughtUp: 52, behind: false }];
  expect(await run(...all)).toEqual({ pauses: 4000, left: 0, missing: 2100 });
  expect(await run({ caughtUp: 0, behind: true }, stretch)).toEqual({ pauses: 0, left: 1, missing: 1 });
});

it('a run that found nothing to do lags by nothing; one that worked, by the entry that waited longest', async () => {
  const quiet = await sequenced(step(null), step(null), step(null));
  expect(quiet).toMatchObject({ SequencerLag: 0 });
  expect(quiet).not.toHaveProperty('SequencerFailures');
  expect(await sequenced(step(90_000), step(null), fails)).toMatchObject({
    SequencerLag: 10_000,
    SequencerFailures: 1,
  });
});

it('a run in which no step got through has no lag, so that its alarm is raised', async () => {
  const line = await sequenced(fails, fails, fails);
  expect(line).toMatchObject({ SequencerFailures: 3 });
  expect(line).not.toHaveProperty('SequencerLag');
});

it('a failed scan reports no backlog, and a failed comparison no time', async () => {
  const watch = async (parts: Partial<Watcher>) => {
    const watcher = { scan: fails, reconcile: fails, ...parts } as Watcher;
    const run = await runWatch(watcher, { now: () => 0, until: 1000 });
    return lineOf(() => reportWatch(run, 0));
  };
  const scan = async () => ({ leaves: 3, grave: 1, behind: 0 });
  const reconcile = async () => ({ faults: 0, behind: 0 });
  const seen = await watch({ scan, reconcile } as never);
  expect(seen).toMatchObject({ WatchBehind: 0, ReconcileBehind: 0 });
  expect(seen).not.toHaveProperty('WatchFailures');
  const blind = await watch({ reconcile } as never);
  expect(blind).toMatchObject({ ReconcileBehind: 0, WatchFailures: 1 });
  expect(blind).not.toHaveProperty('WatchBehind');
  expect(await watch({ scan } as never)).not.toHaveProperty('ReconcileBehind');
});
