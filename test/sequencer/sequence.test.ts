import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { sequence } from '../../functions/sequencer/sequence.ts';
import type { Entry } from '../../shared/log/entry.ts';
import { indexKeys, parseIndexed } from '../../shared/log/index-rows.ts';
import type { Checkpoint } from '../../shared/tree/checkpoint.ts';
import { unpackEntries } from '../../shared/tree/tiles.ts';
import { type Fate, openWorld, type World } from './world.ts';

const MINUTE = 60_000;

/** Steps until nothing is left, like the loop of the function. */
async function drain(world: World): Promise<void> {
  for (let step = await sequence(world.deps); step.sequenced > 0 || step.lost; )
    step = await sequence(world.deps);
}

/** The whole promise: what is stored is in the tree, once, in an order that verifies, and no tree forked. */
async function expectWhole(world: World): Promise<void> {
  const { checkpoint } = await world.check();
  const leaves: string[] = [];
  for (let from = 0; from < checkpoint.size; from += 256) {
    const width = Math.min(256, checkpoint.size - from);
    const path = `tile/entries/${String(from / 256).padStart(3, '0')}${width === 256 ? '' : `.p/${width}`}`;
    for (const one of unpackEntries(world.files.get(path) ?? Buffer.of(), width) ?? [])
      leaves.push(Buffer.from(one).toString());
  }
  expect(leaves.toSorted()).toEqual(world.stored().toSorted());
  // Where an entry stands can be looked up.
  leaves.forEach((text, index) => {
    const { writer, seq, leaf } = JSON.parse(text);
    expect((world.places.get(`${writer}-${seq}`) ?? Number.NaN) + leaf).toBe(index);
  });
  // The index leads to it by all that is known of it, and to nothing else.
  const indexed = new Set<string>();
  for (const { key, place, entries } of world.index.rows.values()) {
    for (const { at, writer, seq, leaf } of parseIndexed(place.split('#')[0] ?? '', entries))
      indexed.add(`${key} ${at} ${writer}-${seq}-${leaf}`);
  }
  const entries = leaves.map((text) => JSON.parse(text) as Entry);
  const expected = entries.flatMap((one) => indexKeys(one).map((key) => `${key} ${one.time} ${one.id}`));
  expect([...indexed].sort()).toEqual(expected.sort());
  expect(world.index.position?.size).toBe(checkpoint.size);
  // Never two signatures on two trees of one size.
  const sizes = [...world.signed].map((text) => text.split('\n')[1]);
  expect(new Set(sizes).size).toBe(sizes.length);
}

test('an empty log has a signed checkpoint of size 0', async () => {
  const world = openWorld();
  expect(await sequence(world.deps)).toMatchObject({ sequenced: 0, checkpoint: { size: 0 } });
  expect((await world.check()).checkpoint.size).toBe(0);
});

test('what two writers store is sequenced once, and the log verifies after each step', async () => {
  const world = openWorld();
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
  expect(remembered?.size).toBe(2 + 21 + 600);
  // Batches that are done are cleared away; only the last is needed.
  expect([...world.files.keys()].filter((path) => path.startsWith('batch/'))).toHaveLength(1);
});

test('leaves come in the order of the clocks, as far as chains allow', async () => {
  const world = openWorld();
  const [a, b] = [world.writer(), world.writer()];
  world.clock.now += 1000;
  a.append(1, 5000);
  a.append(1, -3_600_000);
  b.append(1, 1000);
  await drain(world);
  await expectWhole(world);
  const at = (writer: string, seq: number) => world.places.get(`${writer}-${seq}`) as number;
  expect(at(b.writer, 1)).toBeLessThan(at(a.writer, 1));
  expect(at(a.writer, 1)).toBeLessThan(at(a.writer, 2));
});

test('a late entry of a writer with a wrong clock is not lost', async () => {
  const world = openWorld();
  const [a, b] = [world.writer(), world.writer()];
  a.append();
  await drain(world);
  world.clock.now += 10 * MINUTE;
  b.append(1, -48 * 60 * MINUTE);
  await drain(world);
  await expectWhole(world);
});

describe('writers', () => {
  test('that are silent for half an hour are retired, and their chain is closed in the table', async () => {
    const world = openWorld();
    const [a, b] = [world.writer(), world.writer()];
    a.append();
    await drain(world);
    world.clock.now += 31 * MINUTE;
    b.append();
    await drain(world);
    expect([...world.registered.keys()]).toEqual([b.writer]);
    expect(world.closed.get(a.writer)).toBe(2);
    await expectWhole(world);
  });

  test('that registered and never wrote are retired too', async () => {
    const world = openWorld();
    world.registered.set('0'.repeat(32), world.clock.now);
    await drain(world);
    world.clock.now += 31 * MINUTE;
    await drain(world);
    expect(world.registered.size).toBe(0);
  });

  test('with an item that nobody saw yet are not retired', async () => {
    const world = openWorld();
    const a = world.writer();
    await drain(world);
    world.clock.now += 31 * MINUTE;
    const { itemsAfter } = world.deps.writers;
    // The item is stored between the look at the chain and the retirement.
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

  test('that are registered again after their retirement do not get into the tree twice', async () => {
    const world = openWorld();
    const a = world.writer();
    a.append();
    await drain(world);
    world.clock.now += 31 * MINUTE;
    await drain(world);
    // The step after forgets what is retired.
    world.writer();
    await drain(world);
    world.registered.set(a.writer, world.clock.now);
    await drain(world);
    await expectWhole(world);
  });

  test('with a broken chain stop at the break, are reported, and stop nobody else', async () => {
    const world = openWorld();
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
    const { heads, checkpoint } = await world.check();
    expect(heads.get(a.writer)?.seq).toBe(1);
    expect(heads.get(b.writer)?.seq).toBe(2);
    expect(checkpoint.size).toBe(5);
  });
});

describe('a crash', () => {
  const fates: Fate[] = ['not stored', 'stored'];

  /** A log with history, and a step that fills bundles and tiles. */
  let template: World;
  beforeAll(async () => {
    template = openWorld();
    const writer = template.writer();
    writer.append(250);
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
        // What readers see meanwhile is whole.
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

test('sequencers at the same time neither fork, lose nor duplicate', async () => {
  const world = openWorld();
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

test('a sequencer that slept through the steps of another does not publish the past', async () => {
  const world = openWorld();
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

describe('is not signed:', () => {
  async function decidedButNotSigned() {
    const world = openWorld();
    const writer = world.writer();
    writer.append(5);
    await drain(world);
    writer.append(5);
    const { sign } = world.deps;
    world.deps.sign = async () => {
      throw new Error('no KMS');
    };
    await expect(sequence(world.deps)).rejects.toThrow('no KMS');
    world.deps.sign = sign;
    return world;
  }

  test('nothing, where all is well', async () => {
    const world = await decidedButNotSigned();
    await drain(world);
    await expectWhole(world);
  });

  test('a batch that was changed', async () => {
    const world = await decidedButNotSigned();
    const path =
      [...world.files.keys()].find((one) => world.values.lock?.includes(one.slice('batch/'.length))) ?? '';
    const bytes = Buffer.from(world.files.get(path) ?? []);
    bytes[100] = (bytes[100] as number) ^ 1;
    world.files.set(path, bytes);
    await expect(sequence(world.deps)).rejects.toThrow('missing');
  });

  test('a tree that forgets an entry, even with its own lock and batch', async () => {
    const [honest, forger] = [await decidedButNotSigned(), openWorld()];
    forger.writer().append(10);
    await drain(forger);
    honest.values.lock = forger.values.lock;
    for (const [path, bytes] of forger.files) if (path.startsWith('batch/')) honest.files.set(path, bytes);
    await expect(sequence(honest.deps)).rejects.toThrow('does not continue');
  });

  test('a tree over tiles that were changed', async () => {
    const world = openWorld();
    const writer = world.writer();
    writer.append(5);
    await drain(world);
    const bytes = Buffer.from(world.files.get('tile/0/000.p/6') ?? []);
    bytes[40] = (bytes[40] as number) ^ 1;
    world.files.set('tile/0/000.p/6', bytes);
    writer.append(1);
    await expect(sequence(world.deps)).rejects.toThrow('root');
  });
});

describe('the checker finds', () => {
  let honest: World;
  beforeAll(async () => {
    honest = openWorld();
    const [a, b] = [honest.writer(), honest.writer()];
    for (let i = 0; i < 4; i++) {
      a.append(40);
      b.append(30);
      await drain(honest);
    }
  });
  const log = () => openWorld(honest);
  const flip = (bytes: Uint8Array | undefined, at: number) =>
    Uint8Array.from(bytes ?? [], (byte, i) => (i === at ? byte ^ 1 : byte));

  test('nothing in an honest log', async () => {
    await expectWhole(log());
  });

  test.each([
    ['tile/entries/000', 5, 'ROOT'],
    ['tile/0/000', 7, 'TILE'],
    ['tile/0/001.p/26', 7, 'TILE'],
    ['tile/1/000.p/1', 7, 'TILE'],
  ])('a flipped byte in %s', async (path, at, fault) => {
    const world = log();
    expect(world.files.has(path)).toBe(true);
    world.files.set(path, flip(world.files.get(path), at));
    await expect(world.check()).rejects.toMatchObject({
      name: 'LogError',
      fault: expect.stringMatching(`${fault}|BUNDLE|CHAIN|TILE`),
    });
  });

  test.each(['tile/0/000', 'tile/1/000.p/1', 'tile/entries/001.p/26'])('that %s is missing', async (path) => {
    const world = log();
    world.files.delete(path);
    await expect(world.check()).rejects.toMatchObject({ at: path });
  });

  test('a wrong key, and a forged or missing checkpoint', async () => {
    const world = log();
    const { publicKey } = generateKeyPairSync('ed25519');
    const wrong = {
      ...world.log,
      key: Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url'),
    };
    const { checkLog } = await import('../../shared/log/check-log.ts');
    const options = { read: world.read, log: world.log, gatewayKey: world.gateway.publicKey };
    await expect(checkLog(options)).resolves.toBeDefined();
    await expect(checkLog({ ...options, log: wrong })).rejects.toMatchObject({ fault: 'CHECKPOINT' });
    await expect(checkLog({ ...options, gatewayKey: publicKey })).rejects.toMatchObject({ fault: 'CHAIN' });
    await expect(checkLog({ ...options, read: async () => null })).rejects.toMatchObject({
      fault: 'CHECKPOINT',
    });
  });

  test('a fork: another tree under the same key', async () => {
    const world = log();
    const { checkpoint } = await world.check();
    const root = flip(checkpoint.root, 3);
    for (const remembered of [
      { ...checkpoint, root },
      { ...checkpoint, size: 100, root },
      { ...checkpoint, size: 256, root },
      { ...checkpoint, size: checkpoint.size + 1 },
    ]) {
      await expect(world.check({ remembered })).rejects.toMatchObject({ fault: 'FORK' });
    }
  });
});
