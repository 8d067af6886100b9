import { describe, expect, test, vi } from 'vitest';
import { EVERY, endOfRun, reportRun, runSequencer } from '../../../functions/sequencer/run.ts';
import { sequence } from '../../../functions/sequencer/sequence.ts';
import { parseEntryId } from '../../../shared/log/entry/leaf.ts';
import { findPlace } from '../../../shared/log/read/index-rows.ts';
import { TILE_WIDTH, unpackEntries } from '../../../shared/tree/tiles.ts';
import { appendMany, decision } from '../../log/log.ts';
import { openRealWorld, type RealWorld } from '../../sequencer/real-stores.ts';
import type { Fate } from '../../sequencer/world.ts';

async function within(act: (world: RealWorld) => Promise<void>, from?: string): Promise<void> {
  const world = await openRealWorld(from);
  try {
    await act(world);
  } finally {
    await world.close();
    world.remove();
  }
}

/** Every receipt leads to the leaf that it names, the log verifies, and nothing is in it twice. */
async function expectWhole(world: RealWorld, receipts: readonly { entry: string; leafHash: string }[]) {
  const { checkpoint } = await world.check();
  const ids: string[] = [];
  for (let from = 0; from < checkpoint.size; from += TILE_WIDTH) {
    const width = Math.min(TILE_WIDTH, checkpoint.size - from);
    const name = `tile/entries/${String(from / TILE_WIDTH).padStart(3, '0')}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
    for (const leaf of unpackEntries((await world.read(name)) ?? Buffer.of(), width) ?? []) {
      const { id, kind, first } = JSON.parse(Buffer.from(leaf).toString());
      ids.push(kind === 'count' ? `count ${first}` : id);
    }
  }
  expect(new Set(ids).size).toBe(ids.length);
  for (const { entry } of receipts) {
    const at = parseEntryId(entry);
    const place =
      at && (await findPlace({ client: world.parts.dynamo, name: world.env.treeTable }, at.writer, at.seq));
    expect(ids[(place?.first ?? Number.NaN) + (at?.leaf ?? 0)]).toBe(entry);
  }
}

async function prepare(world: RealWorld) {
  const [a, b] = [world.writer(), world.writer()];
  const many = (n: number) => Array.from({ length: n }, () => decision());
  const receipts = await appendMany(a, 250);
  await world.drain();
  receipts.push(...(await a.append(many(10))), ...(await b.append(many(20))));
  return { receipts };
}

describe('on the local tables and a folder, a crash', () => {
  const fates: Fate[] = ['not stored', 'stored'];

  test('after any write leaves a log that the next process finishes', async () => {
    const prepared = await openRealWorld();
    const { receipts } = await prepare(prepared);
    await prepared.close();
    let writes = 0;
    await within(async (world) => {
      await world.drain();
      writes = world.plan.writes;
      await expectWhole(world, receipts);
    }, prepared.folder);
    expect(writes).toBeGreaterThan(8);
    for (const fate of fates) {
      for (let point = 0; point < writes; point++) {
        await within(async (world) => {
          const { checkpoint: remembered } = await world.check();
          world.plan.fate = (write) => (write === point ? fate : 'fine');
          await world.drain().catch((error: Error) => expect(error.message).toMatch(/^injected/));
          world.plan.fate = () => 'fine';
          await world.check(remembered);
          await world.drain();
          await world.check(remembered);
          await expectWhole(world, receipts);
        }, prepared.folder);
      }
    }
    prepared.remove();
  }, 300_000);
});

test('two sequencers at once neither fork, lose nor duplicate', () =>
  within(async (world) => {
    const writers = [world.writer(), world.writer(), world.writer()];
    const sequencers = [await world.open(), await world.open(), await world.open()];
    const receipts = [];
    for (let round = 0; round < 12; round++) {
      for (const writer of writers) receipts.push(...(await writer.append([decision(), decision()])));
      await Promise.all(sequencers.map((one) => sequence(one)));
    }
    await world.drain();
    await expectWhole(world, receipts);
  }));

test('a writer that was retired can append nothing to its old chain, and continues with a new one', () =>
  within(async (world) => {
    const writer = world.writer();
    const receipts = await writer.append([decision()]);
    await world.drain();
    // The process slept, and its clock with it.
    world.clock.now += 31 * 60_000;
    await world.drain();
    world.clock.now -= 30 * 60_000;
    await expect(writer.append([decision()])).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    const [next] = await writer.append([decision()]);
    expect(next?.writer).not.toBe(receipts[0]?.writer);
    await world.drain();
    await expectWhole(world, [...receipts, ...(next ? [next] : [])]);
  }));

test('an idle writer stops after four minutes and starts another chain', () =>
  within(async (world) => {
    const writer = world.writer();
    const [first] = await writer.append([decision()]);
    world.clock.now += 4 * 60_000;
    const [same] = await writer.append([decision()]);
    world.clock.now += 4 * 60_000 + 1;
    const [other] = await writer.append([decision()]);
    expect(same?.writer).toBe(first?.writer);
    expect(other?.writer).not.toBe(first?.writer);
  }));

test('a run reports how long entries waited', () =>
  within(async (world) => {
    await world.writer().append([decision()]);
    world.clock.now += 4000;
    const deps = await world.open();
    const sleep = async (ms: number) => {
      world.clock.now += ms;
    };
    const options = { now: () => world.clock.now, until: world.clock.now + 20_000, every: 5000, sleep };
    const run = await runSequencer({ step: () => sequence(deps), check: async () => 1 }, options);
    expect(run).toEqual({ sequenced: 2, size: 3, lag: 4000, faults: 0, missing: 1, failures: 0 });
  }));

test('while entries come, less than five seconds pass between steps, from one run to the next too', async () => {
  const at: number[] = [];
  let clock = 0;
  const now = () => clock;
  const sleep = async (ms: number) => {
    clock += ms;
  };
  const step = async () => {
    at.push(clock);
    clock += 400;
    return {
      sequenced: 1,
      checkpoint: { origin: '', size: 0, root: Buffer.of() },
      lost: false,
      oldest: null,
      faults: [],
      more: false,
      caughtUp: 0,
      behind: false,
    };
  };
  for (let minute = 0; minute < 3; minute++) {
    expect(clock).toBeLessThan(minute * 60_000 + 1);
    clock = minute * 60_000;
    await runSequencer(
      { step, check: async () => 0 },
      { now, until: endOfRun(clock, 64_500), every: EVERY, sleep },
    );
  }
  const gaps = at.slice(1).map((one, i) => one - (at[i] as number));
  expect(Math.max(...gaps)).toBeLessThan(4600);
  expect(at.length).toBeGreaterThan(35);
});

test('a run whose steps all fail reports no lag, so that its alarm notices', async () => {
  const options = {
    now: () => clock,
    until: 10_000,
    every: 5000,
    sleep: async (ms: number) => {
      clock += ms;
    },
  };
  let clock = 0;
  const failing = { step: () => Promise.reject(new Error('no KMS')), check: async () => 0 };
  const run = await runSequencer(failing, options);
  expect(run).toMatchObject({ lag: null, failures: 2 });
  const written: string[] = [];
  const print = vi
    .spyOn(process.stdout, 'write')
    .mockImplementation((line) => written.push(String(line)) > 0);
  reportRun(run, clock);
  print.mockRestore();
  expect(written[0]).not.toContain('SequencerLag');
  expect(JSON.parse(written[0] ?? '')).toMatchObject({ SequencerFailures: 2 });
});
