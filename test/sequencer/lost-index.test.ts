/** Whatever the index lacks, the tree grows on, and the index catches up. */
import { expect, test } from 'vitest';
import { sequence } from '../../functions/sequencer/sequence.ts';
import { asSubjectId } from '../../shared/ids.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { parseIndexed, UNNAMED } from '../../shared/log/read/index-rows.ts';
import { decision } from '../log/log.ts';
import { drain, expectWhole } from './whole.ts';
import { openWorld, type World } from './world.ts';

/** Leaves of the tree that one step adds to the index at most, from the beginning of a bundle. */
const STRETCH = 1024;

/** A log of some 1,900 leaves, several stretches. */
async function longLog(): Promise<World> {
  const world = openWorld();
  const writer = world.writer();
  for (let i = 0; i < 12; i++) writer.append(150);
  await drain(world);
  return world;
}

function lose({ index }: World): void {
  index.rows.clear();
  index.position = null;
}

/** An entry that names its person by the internal id alone. */
function attempt(): NewEntry {
  const { subject: _, ...rest } = decision({ kind: 'attempt' });
  return { ...rest, words: { subject: asSubjectId('c3ViamVjdC1vZi1vbmU') } };
}

test('a lost index is made again in stretches, while each step sequences what was appended', async () => {
  const world = await longLog();
  const before = new Map(world.counts);
  lose(world);
  const writer = world.writer();
  const steps = [];
  do {
    writer.append(20);
    const { checkpoint: remembered } = await world.check();
    const step = await sequence(world.deps);
    steps.push(step);
    // Published and provable in that step, whatever the index has.
    expect(step.sequenced).toBeGreaterThanOrEqual(20);
    const { checkpoint } = await world.check({ remembered });
    expect(checkpoint.size).toBe(step.checkpoint.size);
    expect(step.caughtUp).toBeGreaterThan(0);
    expect(step.caughtUp).toBeLessThanOrEqual(STRETCH);
    // Readers learn that they must not rely on the index alone.
    if (step.behind) expect(world.index.position?.until).toBe(0);
  } while (steps.at(-1)?.behind);
  expect(steps.length).toBeGreaterThan(1);
  expect(world.index.position?.until).toBeGreaterThan(0);
  await drain(world);
  await expectWhole(world);
  for (const [subject, { n }] of before) expect(world.counts.get(subject)?.n).toBeGreaterThanOrEqual(n);
});

test('an index that was restored keeps the instant up to which it is complete, until it is whole', async () => {
  const world = await longLog();
  const earlier = { rows: new Map(world.index.rows), position: world.index.position };
  const writer = world.writer();
  for (let i = 0; i < 12; i++) {
    world.clock.now += 60_000;
    writer.append(150);
  }
  await drain(world);
  world.index.rows = earlier.rows;
  world.index.position = earlier.position;
  expect(await sequence(world.deps)).toMatchObject({ behind: true, sequenced: 0 });
  expect(world.index.position).toMatchObject({ until: earlier.position?.until });
  await drain(world);
  await expectWhole(world);
});

test('an index that takes nothing stops no step, and lacks nothing later', async () => {
  const world = await longLog();
  const writer = world.writer();
  writer.write(attempt());
  // It is in an earlier bundle than that with which the index goes on.
  for (let i = 0; i < 4; i++) writer.append(100);
  await drain(world);
  const { index } = world.deps;
  const broken = async () => Promise.reject(new Error('no such table'));
  world.deps.index = { position: broken, find: broken, add: broken, hours: broken, advance: broken };
  // The attempt is late only now, and its leaf is one that the index has.
  for (let i = 0; i < 4; i++) {
    world.clock.now += 60_000;
    writer.append(10);
    expect(await sequence(world.deps)).toMatchObject({ sequenced: 10, behind: true, caughtUp: 0 });
  }
  await world.check();
  world.deps.index = index;
  await drain(world);
  const unnamed = [...world.index.rows].filter(([, { key }]) => key === UNNAMED);
  const found = unnamed.flatMap(([, row]) => parseIndexed(row.place.slice(0, 16), row.entries));
  expect(found.map(({ writer, seq }) => [writer, seq])).toEqual([[writer.writer, 1]]);
  for (const [name] of unnamed) world.index.rows.delete(name);
  await expectWhole(world);
});

test('a table that is lost while a step is published does not count as complete', async () => {
  const world = await longLog();
  const { sign } = world.deps;
  world.writer().append(10);
  world.deps.sign = async () => Promise.reject(new Error('the process died'));
  await expect(sequence(world.deps)).rejects.toThrow('died');
  world.deps.sign = sign;
  lose(world);
  expect(await sequence(world.deps)).toMatchObject({ behind: true });
  expect(world.index.position?.size).toBe(STRETCH);
  await drain(world);
  await expectWhole(world);
});
