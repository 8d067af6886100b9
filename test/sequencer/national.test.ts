/** The log's national profile: a second tree by SM3 under the same checkpoint, and a line by SM2. */
import { execFileSync } from 'node:child_process';
import { createSecretKey, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { publish, signedNote } from '../../functions/sequencer/publish.ts';
import { remakeTable } from '../../functions/sequencer/remake.ts';
import { sequence } from '../../functions/sequencer/sequence.ts';
import { sm3Levels } from '../../functions/sequencer/sm3-edge.ts';
import { newSm2Key, sm2Message, sm2Sign, sm2Spki } from '../../infra/local/aws/kms/sm2.ts';
import { checkLog } from '../../shared/log/check/check-log.ts';
import { rawKeyOf, sha256, sm3, verifyEd25519 } from '../../shared/log/node-crypto.ts';
import { type Checkpoint, formatCheckpoint, openCheckpoint } from '../../shared/tree/checkpoint.ts';
import { EMPTY_EDGE, grow, rootOf } from '../../shared/tree/grow.ts';
import { growSm3, sm2Line } from '../../shared/tree/national.ts';
import { readNote } from '../../shared/tree/note.ts';
import { signatureFiles } from '../../shared/tree/signatures.ts';
import { formatWriterKeys, WRITER_KEY_PATH } from '../../shared/tree/writer-key.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { drain } from './whole.ts';
import { openWorld, type TestWriter, type World } from './world.ts';

const secretKey = () => createSecretKey(newSm2Key());
const own = secretKey();

/** Gives the sequencer the key of SM2, as the setting does. */
async function nationalise(world: World, secret: KeyObject = own): Promise<World> {
  world.deps.sm2 = {
    ...sm2Line(sha256, world.log.name, sm2Spki(secret)),
    sign: async (message) => sm2Sign(secret, sm2Message(secret, message)),
  };
  const names = await signedNote(world.deps, formatWriterKeys(world.log.name, []));
  world.files.set(WRITER_KEY_PATH, Buffer.from(names));
  return world;
}

/** An item has at most 100 leaves. */
const append = (writer: TestWriter, count: number) => {
  for (let left = count; left > 0; left -= 100) writer.append(Math.min(left, 100));
};

const begin = async (leaves = 3) => {
  const world = await nationalise(openWorld());
  const writer = world.writer();
  const more = async (count = 1) => {
    append(writer, count);
    world.clock.now += 1000;
    await drain(world);
  };
  await more(leaves);
  return { world, writer, more };
};

const check = (world: World, remembered?: Checkpoint, secret = own) =>
  checkLog({
    read: world.read,
    log: world.log,
    certifiers: world.deps.certifiers,
    national: sm2Spki(secret),
    ...(remembered && { remembered }),
  });
const shown = async ({ values, log }: World): Promise<Checkpoint> =>
  (await openCheckpoint(Buffer.from(values.published ?? ''), log, verifyEd25519)) ??
  expect.fail('no checkpoint');

/** Publishes another checkpoint under both keys, as the holder of both could. */
async function republish(world: World, change: (text: string) => string, secret = own): Promise<void> {
  const text = change(formatCheckpoint(await shown(world)));
  await nationalise(world, secret);
  world.values.published = await signedNote(world.deps, text);
}

test('without the setting a checkpoint has three lines and one signature', async () => {
  const world = openWorld();
  append(world.writer(), 300);
  await drain(world);
  const note = readNote(Buffer.from(world.values.published ?? ''));
  expect(note?.text.split('\n')).toHaveLength(4);
  expect(note?.signatures).toHaveLength(1);
  expect([...world.files.keys()].filter((path) => path.includes('sm3'))).toEqual([]);
  await expect(check(world)).rejects.toMatchObject({ fault: 'SM3', at: 'checkpoint' });
});

describe('a log with the national profile', () => {
  test('verifies at each size, as one without it does', async () => {
    const { world, more } = await begin(1);
    let before = await shown(world);
    for (const count of [1, 250, 3, 1, 400]) {
      await more(count);
      const checked = await check(world, before);
      expect(checked.checkpoint.sm3).toHaveLength(32);
      await world.check({ remembered: before });
      before = checked.checkpoint;
    }
    // Partial tiles that a wider one replaced are gone.
    const partial = [...world.files.keys()].filter((path) => path.startsWith('sm3/tile/0/002.p/'));
    expect(partial).toHaveLength(1);
  });

  test.skipIf(!hasOpenssl)('is signed as openssl demands of SM2', async () => {
    const { world } = await begin();
    const { text, signatures } = readNote(Buffer.from(world.values.published ?? '')) ?? expect.fail();
    const folder = mkdtempSync(join(tmpdir(), 'fieldgate-national-'));
    const openssl = (line: string) =>
      execFileSync('openssl', line.split(' '), { cwd: folder, stdio: 'pipe' }).toString();
    try {
      writeFileSync(join(folder, 'key.der'), sm2Spki(own));
      writeFileSync(join(folder, 'signature'), signatures[1]?.signature ?? '');
      writeFileSync(join(folder, 'text'), text);
      openssl('pkey -pubin -inform DER -in key.der -out key.pem');
      const verify = 'dgst -sm3 -verify key.pem -sigopt distid:1234567812345678 -signature signature text';
      expect(openssl(verify)).toContain('Verified OK');
      // The root of one leaf, as anyone computes it.
      const leaf = Buffer.concat([Buffer.of(0), Buffer.from(world.stored()[0] ?? '')]);
      writeFileSync(join(folder, 'leaf'), leaf);
      const hex = openssl('dgst -sm3 -r leaf').slice(0, 64);
      expect(Buffer.from(world.files.get('sm3/tile/0/000.p/5') ?? []).toString('hex')).toContain(hex);
      writeFileSync(join(folder, 'text'), text.replace('sm3', 'sm4'));
      expect(() => openssl(verify)).toThrow();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('fails without the line by SM2, and by another key', async () => {
    const { world } = await begin();
    const whole = world.values.published ?? '';
    const fault = { fault: 'SM2', at: 'checkpoint' };
    await expect(check(world, undefined, secretKey())).rejects.toMatchObject(fault);
    world.values.published = whole.split('\n').toSpliced(-2, 1).join('\n');
    await expect(check(world)).rejects.toMatchObject(fault);
    await world.check();
    // A line with the id of the key, and a signature of another text.
    const names = readNote(world.files.get(WRITER_KEY_PATH) ?? Buffer.of());
    const { sm2 } = world.deps;
    if (!sm2 || !names) expect.fail();
    world.deps.sm2 = { ...sm2, sign: () => sm2.sign(Buffer.from(names.text)) };
    world.values.published = await signedNote(world.deps, readNote(Buffer.from(whole))?.text ?? '');
    await expect(check(world)).rejects.toMatchObject(fault);
  });

  test('fails if the names of writers’ keys are not signed by SM2', async () => {
    const { world } = await begin();
    const note = Buffer.from(world.files.get(WRITER_KEY_PATH) ?? []).toString();
    world.files.set(WRITER_KEY_PATH, Buffer.from(note.split('\n').toSpliced(-2, 1).join('\n')));
    await expect(check(world)).rejects.toMatchObject({ fault: 'SM2', at: WRITER_KEY_PATH });
  });

  test('takes the keys of writers from the note that it checks', async () => {
    const { world } = await begin();
    const keys = world.deps.certifiers.map((one) => ({ ...one, key: rawKeyOf(one.key) }));
    const whole = await signedNote(world.deps, formatWriterKeys(world.log.name, keys));
    const plain = whole.split('\n').toSpliced(-2, 1).join('\n');
    const given = (...notes: string[]) =>
      checkLog({
        log: world.log,
        national: sm2Spki(own),
        read: async (path) =>
          path === WRITER_KEY_PATH ? Buffer.from(notes.shift() ?? '') : world.read(path),
      });
    await given(whole);
    await expect(given(plain, whole)).rejects.toMatchObject({ fault: 'SM2', at: WRITER_KEY_PATH });
  });

  test('fails by another root of SM3, by that of an earlier size, and without it, under both keys', async () => {
    const { world, more } = await begin();
    const earlier = await shown(world);
    await more();
    const { size, root } = await shown(world);
    const text = (of: Uint8Array | undefined) =>
      formatCheckpoint({ origin: world.log.name, size, root, ...(of && { sm3: of }) });
    for (const made of [root, earlier.sm3, undefined]) {
      await republish(world, () => text(made));
      await expect(check(world)).rejects.toMatchObject({ fault: 'SM3' });
      await world.check();
    }
    await republish(
      world,
      (whole) => `${text(undefined)}${whole.split('\n')[3] ?? ''}sm3 ${earlier.size} x\n`,
    );
    await expect(check(world)).rejects.toMatchObject({ fault: 'SM3' });
  });

  test('fails if an earlier checkpoint had another tree of SM3: a fork', async () => {
    const { world, more } = await begin();
    const earlier = await shown(world);
    await more(20);
    await check(world, earlier);
    await expect(check(world, { ...earlier, sm3: earlier.root })).rejects.toMatchObject({ fault: 'FORK' });
    await expect(check(world, { ...earlier, root: Buffer.alloc(32) })).rejects.toMatchObject({
      fault: 'FORK',
    });
    await expect(check(world, { ...earlier, size: 10_000 })).rejects.toMatchObject({ fault: 'FORK' });
  });

  test('fails if a tile of SM3 is missing, or has another hash', async () => {
    const { world } = await begin(300);
    const path = 'sm3/tile/0/000';
    const tile = Buffer.from(world.files.get(path) ?? []);
    world.files.set(path, tile.with(40, (tile[40] ?? 0) ^ 1));
    await expect(check(world)).rejects.toMatchObject({ fault: 'TILE' });
    world.files.delete(path);
    await expect(check(world)).rejects.toMatchObject({ fault: 'TILE', at: path });
  });
});

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
    for (const change of [{ root: Buffer.alloc(32) }, { sm3: Buffer.alloc(32) }])
      expect([await levels(change), await levels(change), await levels(change)]).toEqual([null, null, null]);
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
