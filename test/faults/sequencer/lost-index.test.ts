/** Whatever the index lacks, the tree grows on, and the index catches up. */
import { expect, test } from 'vitest';
import { checkIndex } from '../../../functions/sequencer/check-index.ts';
import { sequence } from '../../../functions/sequencer/sequence.ts';
import { asSubjectId } from '../../../shared/ids.ts';
import type { NewEntry } from '../../../shared/log/entry/entry.ts';
import { entryId } from '../../../shared/log/entry/leaf.ts';
import { parseIndexed, UNNAMED } from '../../../shared/log/read/index-rows.ts';
import { decision } from '../../log/log.ts';
import { drain, expectWhole } from '../../sequencer/whole.ts';
import { openWorld, type TestWriter, type World } from '../../sequencer/world.ts';

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
  expect(takeUnnamed(world)).toEqual([[writer.writer, 1]]);
  await expectWhole(world);
});

/** Writer and `seq` of the entries that are in the index as unnamed; of these it has nothing then. */
function takeUnnamed({ index }: World) {
  const unnamed = [...index.rows].filter(([, { key }]) => key === UNNAMED);
  const found = unnamed.flatMap(([, row]) => parseIndexed(row.place.slice(0, 16), row.entries));
  for (const [name] of unnamed) index.rows.delete(name);
  const places = new Map(found.map((place) => [entryId(place), [place.writer, place.seq]]));
  return [...places.values()].sort(([, a], [, b]) => Number(a) - Number(b));
}

const idOf = ({ writer }: TestWriter, seq: number) => entryId({ writer, seq, leaf: 0 });

test('an index that was restored gets the attempts of before that no decision completed, and no others', async () => {
  const world = await longLog();
  const writer = world.writer();
  // One that was settled long before, one that no decision will complete, and one that a later leaf completes.
  writer.write(attempt());
  world.clock.now += 60 * 60_000;
  await drain(world);
  for (let i = 0; i < 2; i++) writer.append(150);
  await drain(world);
  writer.write(attempt());
  writer.write(attempt());
  for (let i = 0; i < 4; i++) writer.append(100);
  await drain(world);
  const settled = [writer.writer, 1];
  const earlier = { rows: new Map(world.index.rows), position: world.index.position };
  writer.write(decision({ attempt: idOf(writer, 5) }));
  await drain(world);
  world.clock.now += 10 * 60_000;
  for (let i = 0; i < 12; i++) writer.append(150);
  await drain(world);
  // The last batch does not name them any more.
  writer.append();
  await drain(world);
  const before = takeUnnamed(world);
  expect(before).toEqual([settled, [writer.writer, 4]]);
  world.index.rows = earlier.rows;
  world.index.position = earlier.position;
  await drain(world);
  expect(takeUnnamed(world)).toEqual(before);
});

test('a missing row of attempts that no decision completed is noticed, and put back', async () => {
  const world = await longLog();
  const writer = world.writer();
  for (let i = 0; i < 3; i++) writer.append(80);
  for (let i = 0; i < 12; i++) writer.write(attempt());
  // Completed in the same bundle, and in the one after.
  for (let seq = 4; seq < 7; seq++) writer.write(decision({ attempt: idOf(writer, seq) }));
  for (let i = 0; i < 2; i++) writer.append(125);
  for (let seq = 7; seq < 10; seq++) writer.write(decision({ attempt: idOf(writer, seq) }));
  for (let i = 0; i < 2; i++) writer.append(125);
  for (let i = 0; i < 4; i++) {
    await drain(world);
    world.clock.now += 5 * 60_000;
    writer.append(1);
  }
  const checkAll = async () => {
    let missing = 0;
    const bundles = Math.floor((world.index.position?.size ?? 0) / 256);
    for (let turn = 0; turn < bundles; turn++) missing += await checkIndex(world.deps, turn);
    return missing;
  };
  expect(await checkAll()).toBe(0);
  const left = [10, 11, 12, 13, 14, 15].map((seq) => [writer.writer, seq]);
  expect(takeUnnamed(world)).toEqual(left);
  expect(await checkAll()).toBeGreaterThan(0);
  expect(takeUnnamed(world)).toEqual(left);
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
