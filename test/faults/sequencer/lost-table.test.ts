/** Whatever is lost of the tree's table, it is made again from the signed tree and the log table, and the log goes on. */
import { DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { openBatch } from '../../../functions/sequencer/batch.ts';
import { remakeIfBehind, remakeTable } from '../../../functions/sequencer/remake.ts';
import { sequence } from '../../../functions/sequencer/sequence.ts';
import { findPlace } from '../../../shared/log/read/index-rows.ts';
import { decision } from '../../log/log.ts';
import { openRealWorld } from '../../sequencer/real-stores.ts';
import { drain, expectWhole } from '../../sequencer/whole.ts';
import { openWorld, type World } from '../../sequencer/world.ts';

/** A tree of several bundles, with entries that wait: of a known writer, and of one that has just registered. */
async function grownWorld(): Promise<{ world: World; early: World }> {
  const world = openWorld();
  const [first, second] = [world.writer(), world.writer()];
  for (let i = 0; i < 5; i++) {
    first.append(100);
    second.append(7);
    world.clock.now += 60_000;
    await sequence(world.deps);
  }
  const early = openWorld(world);
  for (let i = 0; i < 5; i++) {
    first.append(3);
    world.clock.now += 60_000;
    await sequence(world.deps);
  }
  first.append(2);
  world.writer().append(2);
  return { world, early };
}

const LOSSES: [string, (world: World, early: World) => void][] = [
  [
    'the whole table',
    ({ values, registered, places, counts }) => {
      values.lock = null;
      for (const all of [registered, places, counts]) all.clear();
    },
  ],
  [
    'five minutes of it',
    ({ values, registered, places, counts }, early) => {
      values.lock = early.values.lock;
      for (const [all, before] of [
        [registered, early.registered],
        [places, early.places],
        [counts, early.counts],
      ] as [Map<string, unknown>, Map<string, unknown>][]) {
        all.clear();
        for (const [name, value] of before) all.set(name, value);
      }
    },
  ],
  [
    'the lock',
    ({ values }) => {
      values.lock = null;
    },
  ],
  [
    'a few places',
    ({ places }) => {
      for (const name of [...places.keys()].filter((_, i) => i % 3 === 1)) places.delete(name);
    },
  ],
  ['the counts of persons', ({ counts }) => counts.clear()],
  ['the register', ({ registered }) => registered.clear()],
];

describe.each(LOSSES)('without %s', (_, lose) => {
  it('the log is whole again, and continues the tree that was signed', async () => {
    const { world, early } = await grownWorld();
    const { checkpoint: remembered } = await world.check();
    lose(world, early);
    const remade = (await remakeIfBehind(world.deps)) ?? (await remakeTable(world.deps));
    expect(remade.size).toBe(remembered.size);
    expect(await remakeIfBehind(world.deps)).toBe(null);
    await drain(world);
    const { checkpoint } = await world.check({ remembered });
    expect(checkpoint.size).toBeGreaterThan(remembered.size);
    await expectWhole(world);
    expect(await remakeTable(world.deps)).toEqual({
      size: checkpoint.size,
      lock: false,
      places: 0,
      writers: 0,
    });
  });
});

it('heads are those of the lost lock', async () => {
  const { world } = await grownWorld();
  const heads = async () => {
    const batch = await openBatch(world.values.lock ?? '', async (path) => world.files.get(path) ?? null);
    return batch.heads.map(({ seen: _, ...head }) => head).toSorted((a, b) => (a.writer < b.writer ? -1 : 1));
  };
  const before = await heads();
  world.values.lock = null;
  await remakeTable(world.deps);
  expect(await heads()).toEqual(before);
  expect(before.length).toBe(2);
});

describe.each(LOSSES.slice(0, 2))('without %s', (_, lose) => {
  it('it may die at any write', async () => {
    const { world: grown, early } = await grownWorld();
    lose(grown, early);
    const probe = openWorld(grown);
    await remakeTable(probe.deps);
    for (const fate of ['not stored', 'stored'] as const) {
      for (let write = 0; write < probe.plan.writes; write++) {
        const world = openWorld(grown);
        world.plan.fate = (one) => (one === write ? fate : 'fine');
        await remakeTable(world.deps).catch(() => undefined);
        world.plan.fate = () => 'fine';
        await remakeTable(world.deps);
        await drain(world);
        await expectWhole(world);
      }
    }
  });
});

it('without it the log stands, and says so', async () => {
  const { world } = await grownWorld();
  world.values.lock = null;
  await expect(sequence(world.deps)).rejects.toThrow('the lock of the log is lost');
});

it('a tree that is not the signed one is the source of nothing', async () => {
  const { world } = await grownWorld();
  const name = 'tile/entries/000';
  const bytes = Uint8Array.from(world.files.get(name) ?? []);
  bytes[200] = (bytes[200] ?? 0) ^ 1;
  world.files.set(name, bytes);
  world.values.lock = null;
  world.places.clear();
  await expect(remakeTable(world.deps)).rejects.toThrow();
  expect(world.values.lock).toBe(null);
  expect(world.places.size).toBe(0);
});

it('a writer that was revoked gets no further entry', async () => {
  const grown = openWorld();
  const [revoked, loud] = [grown.writer(), grown.writer()];
  revoked.append(2);
  loud.append(1);
  await drain(grown);
  loud.write({ kind: 'revocation', revokes: revoked.writer, words: {} } as never);
  await drain(grown);
  // Another process, which has closed no chain itself.
  const world = openWorld(grown);
  world.values.lock = null;
  await remakeTable(world.deps);
  revoked.append(1);
  loud.append(1);
  await drain(world);
  expect(world.places.has(`${loud.writer}-3`)).toBe(true);
  expect(world.places.has(`${revoked.writer}-2`)).toBe(false);
  await world.check();
});

it('over the local tables: emptied, it is made again, and its writers go on', async () => {
  const world = await openRealWorld();
  const { dynamo } = world.parts;
  const TableName = world.env.treeTable;
  const [one, other] = [world.writer(), world.writer()];
  for (let i = 0; i < 3; i++) {
    await one.append([decision(), decision()]);
    await world.drain();
  }
  const waiting = [...(await one.append([decision()])), ...(await other.append([decision()]))];
  const { checkpoint: remembered } = await world.check();
  const { Items = [] } = await dynamo.send(new ScanCommand({ TableName }));
  for (const { part, item } of Items)
    await dynamo.send(new DeleteItemCommand({ TableName, Key: { part, item } as never }));
  await expect(world.drain()).rejects.toThrow('the lock of the log is lost');
  const remade = await remakeIfBehind(await world.open());
  expect(remade).toMatchObject({ size: remembered.size, lock: true, writers: 1 });
  await world.drain();
  const tree = { client: dynamo, name: TableName };
  for (const { writer, seq } of waiting) {
    expect(await findPlace(tree, writer, seq)).toMatchObject({ leaves: 1 });
  }
  await world.check(remembered);
  await world.close();
  world.remove();
});
