/** An erasure at any moment of a step: the index leads from no erased person to an entry. */
import { expect, test } from 'vitest';
import { checkIndex } from '../../functions/sequencer/check-index.ts';
import { sequence } from '../../functions/sequencer/sequence.ts';
import { asLogId, type LogId } from '../../shared/ids.ts';
import { puncture } from '../../shared/log/entry/secrets.ts';
import { withoutErased } from '../../shared/log/read/erased-rows.ts';
import { type IndexRow, parseIndexed } from '../../shared/log/read/index-rows.ts';
import { decision } from '../log/log.ts';
import { drain, expectWhole } from './whole.ts';
import { openWorld, type World } from './world.ts';

const erased = asLogId('bG9n-b2YtZXJhc2Vk');
const other = asLogId('bG9n-b2YtYW5vdGhlcg');

const rowsUnder = ({ index }: World, logId: LogId): IndexRow[] =>
  [...index.rows.values()].filter(({ key }) => key === `subject:${logId}`);

/** What an erasure does to the log: halves first, then rows. @param leaves of item `seq`, of two, that are about the person */
async function erase(world: World, writer: string, seq: number, leaves: readonly number[]): Promise<void> {
  for (const [name, keys] of world.secrets) {
    if (!name.startsWith(writer)) continue;
    const person = leaves.reduce((left, leaf) => puncture(left, seq, leaf, 2), keys.person);
    world.secrets.set(name, { ...keys, person });
  }
  for (const row of await withoutErased(rowsUnder(world, erased), async () => world.secrets))
    world.index.rows.delete(`${row.key} ${row.place}`);
}

/** Lets an erasure happen right before the first rows arrive that are about the person. */
function meanwhile({ deps }: World, act: () => Promise<void>): void {
  const { add } = deps.index;
  let done = false;
  deps.index = {
    ...deps.index,
    add: async (rows) => {
      if (!done && rows.some(({ key }) => key === `subject:${erased}`)) {
        done = true;
        await act();
      }
      return add(rows);
    },
  };
}

async function logOfTwo() {
  const world = openWorld();
  const writer = world.writer();
  await drain(world);
  writer.write(decision({ subject: erased }), decision({ subject: other }));
  return { world, writer: writer.writer, more: () => writer.append(150) };
}

function expectGone(world: World): void {
  expect(rowsUnder(world, erased)).toEqual([]);
  expect(rowsUnder(world, other)).toHaveLength(1);
}

test('a step adds no row of a person who was erased since the step read the entries', async () => {
  const { world, writer } = await logOfTwo();
  meanwhile(world, () => erase(world, writer, 1, [0]));
  await sequence(world.deps);
  expectGone(world);
});

test('a step that dies before it looked again takes the rows out when it is repeated', async () => {
  const { world, writer } = await logOfTwo();
  const { writers, sign } = world.deps;
  const dead = () => Promise.reject(new Error('the process died'));
  world.deps.writers = { ...writers };
  meanwhile(world, async () => {
    await erase(world, writer, 1, [0]);
    world.deps.writers.secrets = dead;
    world.deps.sign = dead;
  });
  await expect(sequence(world.deps)).rejects.toThrow('died');
  expect(rowsUnder(world, erased)).toHaveLength(1);
  Object.assign(world.deps, { writers, sign });
  await drain(world);
  expectGone(world);
});

test('a stretch of an index that is made again adds none either', async () => {
  const { world, writer } = await logOfTwo();
  await drain(world);
  world.index.rows.clear();
  world.index.position = null;
  meanwhile(world, () => erase(world, writer, 1, [0]));
  await drain(world);
  expectGone(world);
});

test('nor does the check that puts missing rows back', async () => {
  const { world, writer, more } = await logOfTwo();
  for (let i = 0; i < 3; i++) more();
  await drain(world);
  for (const row of rowsUnder(world, erased)) world.index.rows.delete(`${row.key} ${row.place}`);
  meanwhile(world, () => erase(world, writer, 1, [0]));
  expect(await checkIndex(world.deps, 0)).toBe(1);
  expectGone(world);
});

test('a row keeps the places that are not erased, and an index without erasures keeps all', async () => {
  const { world, writer } = await logOfTwo();
  const twice = openWorld();
  const both = twice.writer();
  both.write(decision({ subject: erased }), decision({ subject: erased }));
  meanwhile(twice, () => erase(twice, both.writer, 1, [0]));
  await drain(twice);
  const [row] = rowsUnder(twice, erased);
  expect(parseIndexed(row?.place.slice(0, 16) ?? '', row?.entries ?? '').map(({ leaf }) => leaf)).toEqual([
    1,
  ]);
  expect(writer).not.toBe(both.writer);
  await drain(world);
  await expectWhole(world);
});
