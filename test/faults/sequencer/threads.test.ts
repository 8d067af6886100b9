/** Threads that check chains for the sequencer: with any of them, and without, the tree is the same. */

import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { checkChains } from '../../../functions/sequencer/check-chains.ts';
import { collect, STEP_LEAVES } from '../../../functions/sequencer/collect.ts';
import type { SequencerDeps } from '../../../functions/sequencer/deps.ts';
import { sequence } from '../../../functions/sequencer/sequence.ts';
import { threadCheckers } from '../../../functions/sequencer/threads.ts';
import { asClientId } from '../../../shared/ids.ts';
import type { Mood, ThreadData } from '../../sequencer/check-thread.ts';
import { expectWhole } from '../../sequencer/whole.ts';
import { openWorld, type World } from '../../sequencer/world.ts';

const started: Worker[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((worker) => worker.terminate()));
});

/** The world's sequencer with threads. @param own counts the groups that its own thread checked */
function threaded(world: World, mood: Mood, own = { groups: 0 }): SequencerDeps {
  const { tables, secrets, places, deps } = world;
  const start = () => {
    const workerData: ThreadData = { tables, secrets, places, certifiers: deps.certifiers, mood };
    const worker = new Worker(new URL('../../sequencer/check-thread.ts', import.meta.url), { workerData });
    started.push(worker);
    return worker;
  };
  const checkers = threadCheckers(
    2,
    start,
    (group) => {
      own.groups += 1;
      return checkChains(deps, group);
    },
    { late: mood === 'is silent' ? 50 : 20_000 },
  );
  return { ...deps, checkers };
}

const NOTHING = { heads: [], revoked: [], until: 0 };

/** Twenty chains, of which some have something wrong in them. */
function mixed(): World {
  const world = openWorld();
  const writers = Array.from({ length: 20 }, () => world.writer());
  for (const writer of writers) for (let i = 0; i < 3; i++) writer.append(1 + i);
  const [forged, swapped, cut, unsealed] = writers.map(({ items }) => items);
  const [one, two] = [forged?.[2], swapped?.[1]];
  if (!forged || !swapped || !one || !two || !cut || !unsealed?.[1]) return expect.fail('no items');
  // With write access to the table: a signature, another chain's item, a gap, and an item without its entry.
  forged[2] = { ...one, signatures: one.signatures.map((bytes) => Uint8Array.from(bytes, (b) => b ^ 1)) };
  swapped[1] = { ...two, leaves: one.leaves };
  cut.splice(2, 1);
  const { sealed: _, ...bare } = unsealed[1];
  unsealed[1] = bare;
  return world;
}

test('what threads find in honest and in forged chains is what the sequencer finds itself', async () => {
  const world = mixed();
  const own = { groups: 0 };
  const found = await collect(threaded(world, 'honest', own), NOTHING, await world.deps.writers.list());
  const alone = await collect(world.deps, NOTHING, await world.deps.writers.list());
  expect(own.groups).toBe(0);
  expect(found.faults.map(({ fault }) => fault).sort()).toEqual(['GAP', 'PLACE', 'SEALED', 'SIGNATURE']);
  expect(found.items.length).toBe(20 + 60 - 2 - 3 - 2 - 3);
  // As a thread sends it, without Node's own class of bytes.
  expect(found.items).toEqual(structuredClone(alone.items));
  expect({ ...found, items: [] }).toEqual({ ...alone, items: [] });
});

describe('a thread', () => {
  test.each<Mood>(['dies', 'fails', 'is silent'])(
    'that %s loses its chains to the sequencer, which refuses what is forged all the same',
    async (mood) => {
      const world = mixed();
      const own = { groups: 0 };
      const deps = threaded(world, mood, own);
      const { faults, sequenced } = await sequence(deps);
      expect(own.groups).toBe(2);
      expect(faults).toHaveLength(4);
      expect(sequenced).toBeGreaterThan(20);
      await expect(world.check()).resolves.toBeDefined();
      // Another is started for the next step.
      const before = started.length;
      world.writer().append();
      expect(await sequence(deps)).toMatchObject({ sequenced: 2 });
      expect(started.length).toBeGreaterThan(before);
    },
  );

  test('that ends while nothing is asked of it is not asked again', async () => {
    const world = mixed();
    const own = { groups: 0 };
    const deps = threaded(world, 'honest', own);
    await collect(deps, NOTHING, await deps.writers.list());
    await Promise.all(started.map((worker) => worker.terminate()));
    const count = started.length;
    await collect(deps, NOTHING, await deps.writers.list());
    expect(started.length).toBeGreaterThan(count);
    expect(own.groups).toBe(0);
  });
});

describe('a backlog', () => {
  const filled = () => {
    const world = openWorld();
    for (let i = 0; i < 40; i++) {
      const writer = world.writer();
      for (let n = 0; n < 3; n++) writer.append(50);
    }
    return world;
  };

  test('is collected while the step before is published, and once', async () => {
    const world = filled();
    const deps = threaded(world, 'honest');
    const first = await sequence(deps);
    expect(first.sequenced).toBeGreaterThan(STEP_LEAVES);
    expect(first.sequenced).toBeLessThan(6000);
    expect(first).toMatchObject({ more: true, ahead: {} });
    const second = await sequence(deps, first.ahead);
    expect(first.sequenced + second.sequenced).toBe(40 * 151);
    expect(await sequence(deps, second.ahead)).toMatchObject({ sequenced: 0, more: false });
    await expectWhole(world);
  });

  test('is collected again if another sequencer has moved on meanwhile, or the first look failed', async () => {
    const world = filled();
    const deps = threaded(world, 'honest');
    const first = await sequence(deps);
    await sequence(world.deps);
    const third = await sequence(deps, first.ahead);
    await sequence(deps, third.ahead && { ...third.ahead, collected: Promise.resolve(null) });
    while ((await sequence(deps)).sequenced > 0);
    await expectWhole(world);
  });
});

test('two revocations that two threads find get a step each, so that no leaf of a revoked writer follows its revocation', async () => {
  const world = openWorld();
  const handler = { departments: [], agency: asClientId('audit-office') };
  const [one, other] = [world.writer(), world.writer()];
  for (let i = 0; i < 20; i++) world.writer().append();
  one.write({ kind: 'revocation', revokes: other.writer, handler });
  other.write({ kind: 'revocation', revokes: one.writer, handler });
  const deps = threaded(world, 'honest');
  const step = await collect(deps, NOTHING, await deps.writers.list());
  expect(step.items.filter(({ facts }) => facts[0]?.entry?.kind === 'revocation')).toHaveLength(1);
  expect(step.all).toBe(false);
  while ((await sequence(deps)).sequenced > 0);
  await expect(world.check()).resolves.toBeDefined();
});
