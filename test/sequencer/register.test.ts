/** The register of writers, and where heads are stored. */
import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openBatch, readLock } from '../../functions/sequencer/batch.ts';
import type { Head } from '../../functions/sequencer/heads.ts';
import { sequence } from '../../functions/sequencer/sequence.ts';
import { asClientId } from '../../shared/ids.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { drain, expectWhole } from './whole.ts';
import { openWorld, type World } from './world.ts';

const MINUTE = 60_000;

/** Another process over the same store. */
const another = (world: World) => ({ ...world, deps: { ...world.deps } });
const batches = (world: World) => [...world.files].filter(([path]) => path.startsWith('batch/'));
const read = async (world: World, path: string) => world.files.get(path) ?? null;
const decided = (world: World) => openBatch(world.values.lock ?? '', (path) => read(world, path));

describe('a writer', () => {
  test('is in the register until its head is decided, and its later items are found by the head', async () => {
    const world = openWorld();
    const writer = world.writer();
    await drain(world);
    expect(world.registered.size).toBe(0);
    for (let round = 0; round < 3; round++) {
      writer.append();
      world.clock.now += MINUTE;
      await drain(another(world));
    }
    await expectWhole(world);
  });

  test('whose first item is still under way stays in the register until that is in the tree', async () => {
    const world = openWorld();
    const other = world.writer();
    await drain(world);
    const late = world.writer();
    const under = late.items.splice(0);
    for (let step = 0; step < 3; step++) {
      other.append();
      world.clock.now += MINUTE;
      await drain(world);
    }
    expect([...world.registered.keys()]).toEqual([late.writer]);
    late.items.push(...under);
    late.append();
    await drain(world);
    await drain(world);
    expect(world.registered.size).toBe(0);
    await expectWhole(world);
  });

  test('that leaves the register while another process begins a step is in that step', async () => {
    const world = openWorld();
    world.writer();
    await drain(world);
    const writer = world.writer();
    const faster = another(world);
    // Between the two reads of the step the faster process takes the writer in, and later stores an item of it.
    let reads = 0;
    const between = async () => {
      if (++reads !== 2) return;
      await drain(faster);
      expect(world.registered.size).toBe(0);
      writer.append();
    };
    const { writers, lock } = world.deps;
    const slow = another(world);
    slow.deps.writers = { ...writers, list: () => between().then(() => writers.list()) };
    slow.deps.lock = { ...lock, read: () => between().then(() => lock.read()) };
    world.clock.now += 2 * MINUTE;
    const { sequenced, lost } = await sequence(slow.deps);
    expect(reads).toBeGreaterThan(1);
    expect(sequenced > 0 || lost).toBe(true);
    await drain(world);
    await expectWhole(world);
  });

  test('whose chain is closed loses its head in that step, and is not closed again by the process that did it', async () => {
    const world = openWorld();
    const [a, b] = [world.writer(), world.writer()];
    await drain(world);
    world.clock.now += 7 * MINUTE;
    b.append();
    const { retire } = world.deps.writers;
    const closed: string[] = [];
    world.deps.writers.retire = (writer, seq) => {
      closed.push(writer);
      return retire(writer, seq);
    };
    for (let step = 0; step < 3; step++) await sequence(world.deps);
    expect(closed).toEqual([a.writer]);
    expect((await decided(world)).heads.map(({ writer }) => writer)).toEqual([b.writer]);
    await expectWhole(world);
  });

  test('whose chain was closed while nothing was appended is not closed with each step', async () => {
    const world = openWorld();
    const { writer } = world.writer();
    await drain(world);
    world.clock.now += 7 * MINUTE;
    const before = world.plan.writes;
    await sequence(world.deps);
    expect(world.closed.has(writer)).toBe(true);
    const after = world.plan.writes;
    expect(after).toBeGreaterThan(before);
    for (let step = 0; step < 3; step++) await sequence(world.deps);
    expect(world.plan.writes).toBe(after);
  });

  test("that can't be closed keeps no entry of others out of the tree", async () => {
    const world = openWorld();
    world.writer();
    const other = world.writer();
    await drain(world);
    world.clock.now += 7 * MINUTE;
    other.append();
    const { retire } = world.deps.writers;
    world.deps.writers.retire = async () => Promise.reject(new Error('injected'));
    await expect(sequence(world.deps)).rejects.toThrow('injected');
    expect(world.places.has(`${other.writer}-1`)).toBe(true);
    world.deps.writers.retire = retire;
    await drain(world);
    await expectWhole(world);
  });

  test('whose key was revoked ends although its first end met an item', async () => {
    const world = openWorld();
    const [leaked, audit] = [world.writer(), world.writer()];
    await drain(world);
    const handler = { departments: [], agency: asClientId('audit-office') };
    audit.write({ kind: 'revocation', revokes: leaked.writer, handler } as NewEntry);
    await sequence(world.deps);
    const { retire } = world.deps.writers;
    // The item is stored between the read of the chain and its end.
    world.deps.writers.retire = async (...args) => {
      if (leaked.items.length === 1) leaked.append();
      return retire(...args);
    };
    audit.append();
    await sequence(world.deps);
    expect(world.closed.size).toBe(0);
    audit.append();
    await drain(world);
    expect(world.closed.get(leaked.writer)).toBe(2);
  });
});

describe('heads of quiet chains', () => {
  /** Many quiet chains, and one that is not. */
  const busy = async () => {
    const world = openWorld();
    const writers = Array.from({ length: 100 }, () => world.writer());
    await drain(world);
    world.clock.now += MINUTE;
    writers[0]?.append();
    await drain(world);
    return { world, writers };
  };
  const heads = async (world: World) =>
    new Map((await decided(world)).heads.map(({ writer, seq }) => [writer, seq]));

  test('are in a file of their own, which stays as it is while others move', async () => {
    const { world, writers } = await busy();
    expect(batches(world)).toHaveLength(2);
    const of = (lock: string | null) => readLock(lock ?? '').path;
    const base = batches(world).find(([path]) => path !== of(world.values.lock));
    for (let round = 1; round <= 3; round++) {
      writers[round]?.append();
      await drain(round === 2 ? another(world) : world);
      expect(
        batches(world)
          .map(([path]) => path)
          .toSorted(),
      ).toEqual([of(world.values.lock), base?.[0] ?? ''].toSorted());
      const { moved } = JSON.parse(Buffer.from(world.files.get(of(world.values.lock)) ?? []).toString());
      expect(moved.map(({ writer }: Head) => writer).toSorted()).toEqual(
        writers
          .slice(0, round + 1)
          .map(({ writer }) => writer)
          .toSorted(),
      );
      const expected = new Map(writers.map(({ writer, items }) => [writer, items.length - 1]));
      expect(await heads(world)).toEqual(expected);
    }
    await expectWhole(world);
  });

  test('are written again once many have moved, and are in the batch once there are few', async () => {
    const { world, writers } = await busy();
    const [first] = batches(world).filter(([path]) => path !== readLock(world.values.lock ?? '').path);
    for (const one of writers.slice(0, 70)) one.append();
    await drain(world);
    world.clock.now += MINUTE;
    writers[0]?.append();
    await drain(world);
    expect(batches(world)).toHaveLength(2);
    expect(world.files.has(first?.[0] ?? '')).toBe(false);
    expect((await heads(world)).size).toBe(100);
    world.clock.now += 7 * MINUTE;
    writers[0]?.append();
    await drain(world);
    expect(batches(world)).toHaveLength(1);
    expect(await heads(world)).toEqual(new Map([[writers[0]?.writer, (writers[0]?.items.length ?? 0) - 1]]));
    await expectWhole(world);
  });

  test('of closed chains are left out, though the file has them', async () => {
    const world = openWorld();
    const start = async (count: number) => {
      const writers = Array.from({ length: count }, () => world.writer());
      await drain(world);
      world.clock.now += 3 * MINUTE;
      return writers;
    };
    const [old, young] = [await start(50), await start(50)];
    young[0]?.append();
    await drain(world);
    const files = batches(world).map(([path]) => path);
    world.clock.now += MINUTE;
    young[0]?.append();
    await sequence(world.deps);
    expect(world.closed.size).toBe(old.length);
    expect(batches(world).filter(([path]) => files.includes(path))).toHaveLength(1);
    expect([...(await heads(world)).keys()].toSorted()).toEqual(young.map(({ writer }) => writer).toSorted());
    await expectWhole(world);
  });

  test('that are lost or changed stop the log', async () => {
    for (const bytes of [null, Buffer.from('{"size":1,"heads":[]}')]) {
      const { world } = await busy();
      const path =
        batches(world)
          .map(([one]) => one)
          .find((one) => one !== readLock(world.values.lock ?? '').path) ?? '';
      if (bytes) world.files.set(path, bytes);
      else world.files.delete(path);
      await expect(sequence(another(world).deps)).rejects.toThrow('heads of the log are missing');
    }
  });

  test('survive a crash at any write', async () => {
    const { world: template, writers } = await busy();
    for (const one of writers.slice(0, 70)) one.append();
    template.clock.now += MINUTE;
    const copy = () => openWorld(template);
    const counting = copy();
    await drain(counting);
    for (const fate of ['not stored', 'stored'] as const)
      for (let point = 0; point < counting.plan.writes; point++) {
        const world = copy();
        world.plan.fate = (write) => (write === point ? fate : 'fine');
        await drain(world).catch((error: Error) => expect(error.message).toMatch(/^injected/));
        await drain(another(world));
        expect((await heads(world)).size).toBe(100);
        await expectWhole(world);
      }
  }, 120_000);
});

test('a batch of a version before, which has all heads itself, goes on', async () => {
  const world = openWorld();
  const writers = Array.from({ length: 3 }, () => world.writer());
  await drain(world);
  // That version left writers in the register until they were retired.
  for (const { writer } of writers) world.registered.set(writer, world.clock.now);
  const { path } = readLock(world.values.lock ?? '');
  const { moved, gone: _, ...rest } = JSON.parse(Buffer.from(world.files.get(path) ?? []).toString());
  const bytes = Buffer.from(JSON.stringify({ heads: moved, ...rest }));
  const digest = hash('sha256', bytes);
  world.files.delete(path);
  world.files.set(`batch/${digest}`, bytes);
  world.values.lock = world.values.lock?.replace(/batch .*/, `batch ${digest}`) ?? null;
  for (const one of writers) one.append();
  await drain(another(world));
  expect(world.registered.size).toBe(0);
  await expectWhole(world);
});
