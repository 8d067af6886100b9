import { describe, expect, test as plain, vi } from 'vitest';
import { sequence } from '../../functions/sequencer/sequence.ts';
import type { Checkpoint } from '../../shared/tree/checkpoint.ts';
import { drain, expectWhole } from './whole.ts';
import { openWorld } from './world.ts';

const MINUTE = 60_000;

const test = plain.extend('world', () => openWorld());

test('an empty log has a signed checkpoint of size 0', async ({ world }) => {
  expect(await sequence(world.deps)).toMatchObject({ sequenced: 0, checkpoint: { size: 0 } });
  expect((await world.check()).checkpoint.size).toBe(0);
});

test('what two writers store is sequenced once, and the log verifies after each step', async ({ world }) => {
  const [a, b] = [world.writer(), world.writer()];
  let remembered: Checkpoint | undefined;
  for (let round = 0; round < 6; round++) {
    a.append(round + 1);
    b.append(100);
    world.clock.now += 1000;
    await drain(world);
    await expectWhole(world);
    const { checkpoint } = await world.check(remembered ? { remembered } : {});
    remembered = checkpoint;
  }
  // Each round ends in a count.
  expect(remembered?.size).toBe(2 + 21 + 600 + 6);
  // Batches that are done are cleared away; only the last is needed.
  expect([...world.files.keys()].filter((path) => path.startsWith('batch/'))).toHaveLength(1);
});

test('a flood in one chain delays no other: concurrent entries are in the tree after one step', async () => {
  const world = openWorld();
  const flood = world.writer();
  for (let item = 0; item < 25; item++) flood.append(100);
  world.clock.now += 1000;
  const others = Array.from({ length: 10 }, () => world.writer());
  for (const one of others) for (let item = 0; item < 3; item++) one.append();
  const step = await sequence(world.deps);
  expect(step).toMatchObject({ more: true, lost: false });
  for (const { writer } of others) expect(world.places.has(`${writer}-3`)).toBe(true);
  await drain(world);
  await expectWhole(world);
});

test('a chain alone fills the step', async ({ world }) => {
  const one = world.writer();
  for (let item = 0; item < 21; item++) one.append(100);
  expect((await sequence(world.deps)).sequenced).toBeGreaterThan(1900);
});

test('leaves come in the order of the clocks, as far as chains allow', async ({ world }) => {
  const [a, b] = [world.writer(), world.writer()];
  world.clock.now += 3_600_000;
  a.append(1, 5000);
  a.append(1, -40_000);
  b.append(1, 1000);
  await drain(world);
  await expectWhole(world);
  const at = (writer: string, seq: number) => world.places.get(`${writer}-${seq}`) as number;
  expect(at(b.writer, 1)).toBeLessThan(at(a.writer, 1));
  expect(at(a.writer, 1)).toBeLessThan(at(a.writer, 2));
});

test('a late entry of a writer with a wrong clock is not lost', async ({ world }) => {
  const [a, b] = [world.writer(), world.writer()];
  a.append();
  await drain(world);
  world.clock.now += 10 * MINUTE;
  b.append(1, -9 * MINUTE);
  await drain(world);
  await expectWhole(world);
});

describe('writers', () => {
  test('that are silent for six minutes are retired, and their chain is closed in the table', async () => {
    const world = openWorld();
    const [a, b] = [world.writer(), world.writer()];
    a.append();
    await drain(world);
    world.clock.now += 5 * MINUTE;
    await drain(world);
    expect(world.closed.size).toBe(0);
    world.clock.now += 2 * MINUTE;
    b.append();
    // A busy log retires them, too.
    expect((await sequence(world.deps)).sequenced).toBeGreaterThan(0);
    expect([...world.closed]).toEqual([[a.writer, 2]]);
    await drain(world);
    await expectWhole(world);
  });

  test('that are many and quiet are asked for their next item in one call, and only the others and a few in turn are read', async () => {
    const world = openWorld();
    const writers = Array.from({ length: 100 }, () => world.writer());
    await drain(world);
    world.clock.now += MINUTE;
    const [itemsAfter, stored] = [
      vi.spyOn(world.deps.writers, 'itemsAfter'),
      vi.spyOn(world.deps.writers, 'stored'),
    ];
    const moved = writers[70];
    moved?.append();
    await sequence(world.deps);
    const read = () => itemsAfter.mock.calls.map(([writer]) => writer);
    expect(read()).toContain(moved?.writer);
    expect(read().length).toBeLessThanOrEqual(17);
    expect(stored).toHaveBeenCalledTimes(1);
    // Seven steps of sixteen reach all hundred.
    for (let step = 1; step < 7; step++) await sequence(world.deps);
    expect(new Set(read()).size).toBe(100);
    await drain(world);
    await expectWhole(world);
  });

  test('whose item was removed are found in their turn, with those behind it', async () => {
    const world = openWorld();
    const writers = Array.from({ length: 100 }, () => world.writer());
    await drain(world);
    world.clock.now += MINUTE;
    const [hidden] = writers;
    for (let i = 0; i < 3; i++) hidden?.append();
    world.tables.get(hidden?.writer ?? '')?.splice(-3, 1);
    const faults: string[] = [];
    for (let step = 0; step < 7 && faults.length === 0; step++) {
      faults.push(...(await sequence(world.deps)).faults.map(({ fault }) => fault));
      world.clock.now += 4000;
    }
    expect(faults).toEqual(['GAP']);
    expect(world.closed.has(hidden?.writer ?? '')).toBe(false);
  });

  test('that registered and never wrote are retired too', async ({ world }) => {
    world.registered.set('0'.repeat(32), world.clock.now);
    await drain(world);
    world.clock.now += 31 * MINUTE;
    await drain(world);
    expect(world.registered.size).toBe(0);
  });

  test('with an unread item are not retired', async ({ world }) => {
    const a = world.writer();
    await drain(world);
    world.clock.now += 31 * MINUTE;
    const { itemsAfter } = world.deps.writers;
    // The item is stored between the read of the chain and the retirement.
    world.deps.writers.itemsAfter = async (...args) => {
      const items = await itemsAfter(...args);
      if (items.length === 0) a.append();
      return items;
    };
    await sequence(world.deps);
    world.deps.writers.itemsAfter = itemsAfter;
    expect(world.closed.size).toBe(0);
    await drain(world);
    await expectWhole(world);
  });

  test('that are registered again after their retirement do not enter the tree twice', async ({ world }) => {
    const a = world.writer();
    a.append();
    await drain(world);
    world.clock.now += 31 * MINUTE;
    await drain(world);
    // The next step forgets the retired writers.
    world.writer();
    await drain(world);
    world.registered.set(a.writer, world.clock.now);
    await drain(world);
    await expectWhole(world);
  });

  test('with a broken chain stop at the break, are reported, and stop no other writer', async ({ world }) => {
    const [a, b] = [world.writer(), world.writer()];
    a.append();
    a.append();
    a.append();
    b.append();
    a.items.splice(2, 1);
    const step = await sequence(world.deps);
    expect(step.faults).toEqual([expect.objectContaining({ fault: 'GAP', entry: `${a.writer}-2-0` })]);
    b.append();
    await sequence(world.deps);
    const { chains, checkpoint } = await world.check();
    expect(chains.heads.get(a.writer)?.seq).toBe(1);
    expect(chains.heads.get(b.writer)?.seq).toBe(2);
    // Five leaves, and a count of each step.
    expect(checkpoint.size).toBe(7);
  });
});

test('sequencers at the same time neither fork, lose nor duplicate', async ({ world }) => {
  const writers = [world.writer(), world.writer(), world.writer()];
  for (let round = 0; round < 20; round++) {
    for (const writer of writers) writer.append(1 + (round % 5));
    const steps = await Promise.allSettled([
      sequence(world.deps),
      sequence(world.deps),
      sequence(world.deps),
    ]);
    for (const step of steps) if (step.status === 'rejected') throw step.reason;
  }
  await drain(world);
  await expectWhole(world);
});

test('a sequencer delayed by the steps of another does not publish an older tree', async ({ world }) => {
  const writer = world.writer();
  await drain(world);
  let wake = () => {};
  const asleep = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const { sign } = world.deps;
  const slow = sequence({
    ...world.deps,
    sign: async (message) => {
      await asleep;
      return sign(message);
    },
  });
  writer.append(3);
  // The one that sleeps has decided its step by now, or has found nothing to do.
  await new Promise((resolve) => setTimeout(resolve, 20));
  await drain(world);
  writer.append(4);
  await drain(world);
  const { checkpoint } = await world.check();
  wake();
  await slow;
  expect((await world.check()).checkpoint).toEqual(checkpoint);
  await expectWhole(world);
});

test('a step costs only the new entries, for any length of the log', async () => {
  /** Leaves of the last bundle. */
  const TAIL = 44;
  /** Files that one step with one new entry reads and writes, and their bytes. */
  const costOf = async (size: number) => {
    const world = openWorld();
    const writer = world.writer();
    // Each step adds a count to its leaves, the first the writer's own leaf too.
    for (let left = size - TAIL - 1; left > 0; ) {
      const most = Math.min(left - 1, 900);
      const leaves = left - most - 1 === 1 ? most - 1 : most;
      for (let rest = leaves; rest > 0; rest -= 100) writer.append(Math.min(rest, 100));
      await drain(world);
      left -= leaves + 1;
    }
    // The last bundle holds the same in every log: a count names each entry of its step, so its size varies.
    writer.append(TAIL - 5);
    await drain(world);
    writer.append(1);
    await drain(world);
    writer.append(1);
    const cost = { reads: 0, writes: 0, bytes: 0 };
    const { read, create } = world.deps.files;
    const count = (bytes: Uint8Array | null) => {
      cost.bytes += bytes?.length ?? 0;
      return bytes;
    };
    world.deps.files = {
      ...world.deps.files,
      read: async (path) => {
        cost.reads += 1;
        return count(await read(path));
      },
      create: async (path, bytes) => {
        cost.writes += 1;
        count(bytes);
        return create(path, bytes);
      },
    };
    const base = world.plan.writes;
    expect(await sequence(world.deps)).toMatchObject({ sequenced: 1, checkpoint: { size } });
    return { ...cost, calls: world.plan.writes - base };
  };
  // Both end in the same place of a bundle, under two levels of tiles.
  const [short, long] = [await costOf(256 + TAIL), await costOf(20 * 256 + TAIL)];
  expect(long).toEqual({ ...short, bytes: expect.any(Number) });
  // What is longer is the tile above the bundles, by a hash a bundle, and its base64 in the batch.
  expect(long.bytes - short.bytes).toBeLessThan(10 * 20 * 32);
}, 60_000);
