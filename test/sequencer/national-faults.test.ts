/** The log's national profile when its setting changes, its files are lost, or more entries wait than a step reads. */
import { describe, expect, test } from 'vitest';
import { publish, signedNote } from '../../functions/sequencer/publish.ts';
import { remakeTable } from '../../functions/sequencer/remake.ts';
import { sequence } from '../../functions/sequencer/sequence.ts';
import { sm3Levels } from '../../functions/sequencer/sm3-edge.ts';
import { sha256, sm3 } from '../../shared/log/node-crypto.ts';
import { type Checkpoint, formatCheckpoint } from '../../shared/tree/checkpoint.ts';
import { EMPTY_EDGE, grow, rootOf } from '../../shared/tree/grow.ts';
import { growSm3 } from '../../shared/tree/national.ts';
import { signatureFiles } from '../../shared/tree/signatures.ts';
import { append, begin, check, nationalise, shown } from './national.ts';
import { drain } from './whole.ts';
import { openWorld } from './world.ts';

describe('a change of the setting', () => {
  test('gives a log its tree of SM3 with the next entries, lets it go, and gives it again', async () => {
    const world = openWorld();
    const writer = world.writer();
    const more = async (count = 1) => {
      append(writer, count);
      world.clock.now += 1000;
      await drain(world);
    };
    await more(90);
    for (let round = 0; round < 5; round++) await more(90);
    await nationalise(world);
    world.writer();
    await more();
    const { checkpoint: first } = await check(world);
    delete world.deps.sm2;
    await more(300);
    await expect(check(world, first)).rejects.toMatchObject({ fault: 'SM3', at: 'checkpoint' });
    await world.check({ remembered: first });
    await nationalise(world);
    await more();
    await check(world, first);
  });

  test.each([true, false])('after a batch was decided and not published: on %s', async (isOn) => {
    const world = openWorld();
    world.writer().append(20);
    await drain(world);
    await nationalise(world);
    world.writer().append(5);
    world.clock.now += 1000;
    const { swap } = world.deps.published;
    world.deps.published.swap = async () => {
      throw new Error('injected');
    };
    await expect(sequence(world.deps)).rejects.toThrow('injected');
    world.deps.published.swap = swap;
    const next = openWorld(world);
    if (isOn) await nationalise(next);
    await drain(next);
    await next.check();
    // Its root was decided. Without the key no line is made.
    expect((await shown(next)).sm3).toHaveLength(32);
    if (isOn) await check(next);
    else await expect(check(next)).rejects.toMatchObject({ fault: 'SM2' });
  });

  test('in the other direction: a batch that was decided without a tree of SM3 is published so', async () => {
    const world = openWorld();
    await drain(world);
    world.writer().append(20);
    const { swap } = world.deps.published;
    world.deps.published.swap = async () => {
      throw new Error('injected');
    };
    await expect(sequence(world.deps)).rejects.toThrow('injected');
    world.deps.published.swap = swap;
    await nationalise(world);
    await drain(world);
    expect(await shown(world)).not.toHaveProperty('sm3');
    world.writer().append();
    world.clock.now += 1000;
    await drain(world);
    await check(world);
  });
});

describe('what is lost', () => {
  test('files of the tree of SM3 are made again, as the checkpoint says', async () => {
    const { world, more } = await begin(300);
    const before = await shown(world);
    for (const path of [...world.files.keys()]) if (path.startsWith('sm3/')) world.files.delete(path);
    await more();
    await check(world, before);
  });

  test('with other bytes in place of a full tile the log grows, and says nothing of SM3', async () => {
    const { world, more } = await begin(300);
    for (const path of [...world.files.keys()])
      if (path.startsWith('sm3/')) world.files.set(path, Buffer.alloc(32));
    await more();
    await world.check();
    await expect(check(world)).rejects.toMatchObject({ fault: 'SM3' });
  });

  test('the table: the next step goes on with both trees', async () => {
    const { world, more } = await begin(30);
    const before = await shown(world);
    world.values.lock = null;
    await remakeTable(world.deps);
    await more(7);
    await check(world, before);
  });

  test('files, after a batch was decided: it is shown without that tree, and the next one with it', async () => {
    const { world, writer } = await begin(300);
    const before = await shown(world);
    append(writer, 5);
    world.clock.now += 1000;
    world.deps.published.swap = async () => {
      throw new Error('injected');
    };
    await expect(sequence(world.deps)).rejects.toThrow('injected');
    const next = await nationalise(openWorld(world));
    const second = [...next.files.keys()].filter((path) => path.startsWith('sm3/'));
    for (const path of second) next.files.set(path, Buffer.alloc(32));
    await drain(next);
    await next.check({ remembered: before });
    expect((await shown(next)).size).toBeGreaterThan(before.size);
    expect(await shown(next)).not.toHaveProperty('sm3');
    for (const path of second) next.files.delete(path);
    next.writer().append();
    next.clock.now += 1000;
    await drain(next);
    await check(next, before);
  });
});

describe('a log of more entries than one step reads', () => {
  const leaves = Array.from({ length: 70 * 256 + 3 }, (_, i) => Buffer.from(`leaf ${i}`));
  const { edge, files } = grow(sha256, EMPTY_EDGE, leaves);
  const second = growSm3(sm3, EMPTY_EDGE, leaves).edge;
  const tail = Array.from({ length: 3 }, () => new Uint8Array(64));
  const checkpoint = { origin: 'log.example/fieldgate', size: leaves.length, root: rootOf(sha256, edge) };

  /** Published without the tree of SM3, under which the setting came. */
  const long = async () => {
    const world = await nationalise(openWorld());
    const all = [...files, ...signatureFiles(70 * 256, [], tail)];
    for (const { path, bytes } of all) world.files.set(path, bytes);
    world.values.published = await signedNote(world.deps, formatCheckpoint(checkpoint));
    const levels = (change: Partial<Checkpoint> = {}, of = edge) =>
      sm3Levels(world.deps, of, { ...checkpoint, ...change }, async () => true);
    return { world, levels };
  };

  /** A batch that a process decided once it had read all entries. */
  const decided = () => {
    const more = [Buffer.from('one more')];
    const [one, two] = [grow(sha256, edge, more), growSm3(sm3, second, more)];
    const grown = { ...checkpoint, size: one.edge.size, root: rootOf(sha256, one.edge), sm3: two.root };
    const nothing = { heads: [], base: null, placed: [], counts: [], rows: [], open: [], revoked: [] };
    const signatures = signatureFiles(edge.size, tail, [new Uint8Array(64)]);
    const batch = { ...nothing, checkpoint: grown, files: [...one.files, ...two.files], signatures };
    return { batch: { ...batch, whole: false, until: 0 }, one, two };
  };

  test('is read in several steps, and its entries must be those of the checkpoint', async () => {
    const { world, levels } = await long();
    expect(await levels()).toBeNull();
    // What is read stays when a store fails.
    const { read } = world.deps.files;
    world.deps.files.read = async () => {
      throw new Error('injected');
    };
    expect(await levels()).toBeNull();
    world.deps.files.read = read;
    expect(await levels()).toEqual(second.levels);
    // Nothing is kept of a tree that is not the signed one.
    const change = { sm3: Buffer.alloc(32) };
    expect([await levels(change), await levels(change), await levels(change)]).toEqual([null, null, null]);
  });

  test('stores no tile of a bundle that is not the one under the checkpoint, for a full tile stays forever', async () => {
    const { world, levels } = await long();
    const bent = (path: string) => {
      const bytes = Buffer.from(world.files.get(path) ?? []);
      const last = bytes.length - 1;
      return bytes.with(last, (bytes[last] ?? 0) ^ 1);
    };
    const path = 'tile/entries/000';
    const whole = world.files.get(path) ?? Buffer.of();
    world.files.set(path, bent(path));
    expect([await levels(), await levels()]).toEqual([null, null]);
    expect([...world.files.keys()].filter((name) => name.startsWith('sm3/'))).toEqual([]);
    world.files.set(path, whole);
    // An edge that is not that of the checkpoint is no measure either.
    const other = edge.levels.map((hashes, level) => (level === 1 ? hashes.toReversed() : hashes));
    expect(await levels({}, { ...edge, levels: other })).toBeNull();
    expect([...world.files.keys()].filter((name) => name.startsWith('sm3/'))).toEqual([]);
    expect([await levels(), await levels()]).toEqual([null, second.levels]);
  });

  test('nor one that only a tile vouches for which is not under the checkpoint', async () => {
    const world = await nationalise(openWorld());
    const { edge: wide, files: all } = grow(
      sha256,
      EMPTY_EDGE,
      Array.from({ length: 256 * 256 }, (_, i) => Buffer.from(`${i}`)),
    );
    for (const { path, bytes } of all) world.files.set(path, bytes);
    const bundle = grow(
      sha256,
      EMPTY_EDGE,
      Array.from({ length: 256 }, () => Buffer.from('bent')),
    );
    for (const { path, bytes } of bundle.files) world.files.set(path, bytes);
    const above = Buffer.from(world.files.get('tile/1/000') ?? []);
    above.set(bundle.edge.levels[1]?.[0] ?? []);
    world.files.set('tile/1/000', above);
    const whole = { origin: world.log.name, size: wide.size, root: rootOf(sha256, wide) };
    expect(await sm3Levels(world.deps, wide, whole, async () => true)).toBeNull();
    expect(world.files.has('sm3/tile/0/000')).toBe(false);
  });

  test('is shown with that tree by the process that has read it', async () => {
    const { world, levels } = await long();
    expect([await levels(), await levels()]).toEqual([null, second.levels]);
    const { batch } = decided();
    await publish(world.deps, batch);
    expect(formatCheckpoint(await shown(world))).toBe(formatCheckpoint(batch.checkpoint));
  });

  test('waits for no process that has yet to read it', async () => {
    const { world, levels } = await long();
    const { batch, one, two } = decided();
    await publish(world.deps, batch);
    expect(await shown(world)).toMatchObject({ size: batch.checkpoint.size });
    expect(await shown(world)).not.toHaveProperty('sm3');
    expect(world.files.has('sm3/tile/0/070.p/4')).toBe(false);
    expect(await levels(batch.checkpoint, one.edge)).toEqual(two.edge.levels);
  });
});
