/** The trees that are never signed, and the findings of the checker of a complete log. */
import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { sequence } from '../../functions/sequencer/sequence.ts';
import { vouchFor } from '../log/log.ts';
import { drain, expectWhole } from './whole.ts';
import { openWorld, type World } from './world.ts';

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

  test('nothing, if all is well', async () => {
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
    const partial = [...world.files.keys()].filter((path) => path.startsWith('tile/0/000.p/'));
    expect(partial).not.toEqual([]);
    for (const path of partial) {
      const bytes = Buffer.from(world.files.get(path) ?? []);
      bytes[40] = (bytes[40] as number) ^ 1;
      world.files.set(path, bytes);
    }
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
    ['tile/0/001.p/30', 7, 'TILE'],
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

  test.each(['tile/0/000', 'tile/1/000.p/1', 'tile/entries/001.p/30'])('that %s is missing', async (path) => {
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
    const { checkLog } = await import('../../shared/log/check/check-log.ts');
    const options = { read: world.read, log: world.log, certifiers: [vouchFor(world.gateway.publicKey)] };
    await expect(checkLog(options)).resolves.toBeDefined();
    await expect(checkLog({ ...options, log: wrong })).rejects.toMatchObject({ fault: 'CHECKPOINT' });
    await expect(checkLog({ ...options, certifiers: [vouchFor(publicKey)] })).rejects.toMatchObject({
      fault: 'CHAIN',
    });
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
