import { beforeAll, describe, expect, test } from 'vitest';
import { drain, expectWhole } from '../../sequencer/whole.ts';
import { type Fate, openWorld, type World } from '../../sequencer/world.ts';

describe('a crash', () => {
  const fates: Fate[] = ['not stored', 'stored'];

  /** A log with history, and a step that fills bundles and tiles. */
  let template: World;
  beforeAll(async () => {
    template = openWorld();
    const writer = template.writer();
    // An item holds some 160 entries.
    for (const entries of [100, 100, 50]) writer.append(entries);
    await drain(template);
    writer.append(10);
    template.writer().append(20);
  });
  const prepared = () => openWorld(template);

  test('after any write, stored or not, leaves a log that verifies and loses nothing', async () => {
    const counting = prepared();
    const before = counting.plan.writes;
    await drain(counting);
    const writes = counting.plan.writes - before;
    expect(writes).toBeGreaterThan(8);
    for (const fate of fates) {
      for (let point = 0; point < writes; point++) {
        const world = prepared();
        const { checkpoint: remembered } = await world.check();
        const base = world.plan.writes;
        world.plan.fate = (write) => (write === base + point ? fate : 'fine');
        await drain(world).catch((error: Error) => expect(error.message).toMatch(/^injected/));
        // Readers see a complete state in the meantime.
        await world.check({ remembered });
        await drain(world);
        await expectWhole(world);
        await world.check({ remembered });
      }
    }
  }, 120_000);

  test('at the birth of the log leaves a log that can be born', async () => {
    for (const fate of fates) {
      for (let point = 0; point < 4; point++) {
        const world = openWorld();
        world.writer().append();
        world.plan.fate = (write) => (write === point ? fate : 'fine');
        await drain(world).catch((error: Error) => expect(error.message).toMatch(/^injected/));
        await drain(world);
        await expectWhole(world);
      }
    }
  });

  test('twice in a row is no worse', async () => {
    for (const [first, second] of [
      [1, 3],
      [2, 2],
      [2, 5],
      [4, 4],
    ] as const) {
      const world = prepared();
      for (const point of [first, second]) {
        const base = world.plan.writes;
        world.plan.fate = (write) => (write === base + point ? 'stored' : 'fine');
        await drain(world).catch((error: Error) => expect(error.message).toMatch(/^injected/));
      }
      await drain(world);
      await expectWhole(world);
    }
  });
});

test.each(['restored to an earlier instant', 'lost'])(
  'an index that was %s is made whole again',
  async (fate) => {
    const world = openWorld();
    const writer = world.writer();
    for (let i = 0; i < 8; i++) writer.append(40);
    await drain(world);
    const earlier = { rows: new Map(world.index.rows), position: world.index.position };
    for (let i = 0; i < 8; i++) writer.append(40);
    await drain(world);
    const index = fate === 'lost' ? { rows: new Map(), position: null } : earlier;
    const restored = openWorld({ ...world, index });
    restored.writer().append(5);
    await drain(restored);
    await expectWhole(restored);
  },
);
