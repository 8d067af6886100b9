/** The counts of an hour that was lost, as a whole or while it grew. */
import { beforeAll, expect, test } from 'vitest';
import { checkIndex } from '../../../functions/sequencer/check-index.ts';
import { HOURS, parseHour } from '../../../shared/log/read/hours.ts';
import { drain, expectWhole } from '../../sequencer/whole.ts';
import { openWorld, type World } from '../../sequencer/world.ts';

const HALF_HOUR = 30 * 60_000;

/** Five hours of two steps each, of which an hour in the middle is in several bundles. */
let hours: World;
beforeAll(async () => {
  hours = openWorld();
  for (let step = 0; step < 10; step++) {
    const writer = hours.writer();
    for (let i = 0; i < (step === 4 ? 4 : 1); i++) writer.append(130);
    await drain(hours);
    hours.clock.now += HALF_HOUR;
  }
});

const rowsOf = ({ index }: World) => [...index.rows].filter(([, { key }]) => key === HOURS);

/** @returns how many rows were missing, of all bundles */
async function checkAll(world: World): Promise<number> {
  let missing = 0;
  const bundles = Math.floor((world.index.position?.size ?? 0) / 256);
  for (let turn = 0; turn < bundles; turn++) missing += await checkIndex(world.deps, turn);
  return missing;
}

test('of a whole index none is missing, and the check changes nothing', async () => {
  const world = openWorld(hours);
  const before = new Map(world.index.rows);
  expect(await checkAll(world)).toBe(0);
  expect(world.index.rows).toEqual(before);
});

test.each([0, 1, 2, 3])('the row of hour %i that is missing is noticed, and counted again', async (nth) => {
  const world = openWorld(hours);
  const [name, row] = rowsOf(world).sort()[nth] ?? expect.fail('no hour');
  world.index.rows.delete(name);
  expect(await checkAll(world)).toBe(1);
  expect(parseHour(world.index.rows.get(name)?.entries).first).toBe(parseHour(row.entries).first);
  await expectWhole(world);
  expect(await checkAll(world)).toBe(0);
});

test('a row that is lost within its hour and begun again is noticed, and counted again', async () => {
  const world = openWorld(hours);
  world.clock.now -= HALF_HOUR;
  const [name] = rowsOf(world).sort().at(-1) ?? expect.fail('no hour');
  world.index.rows.delete(name);
  const writer = world.writer();
  for (let i = 0; i < 3; i++) writer.append(100);
  await drain(world);
  // It counts again, with what certifies the writer, and less than the hour has.
  expect(parseHour(world.index.rows.get(name)?.entries).entries).toBe(301);
  expect(await checkAll(world)).toBe(1);
  await expectWhole(world);
});
