/** The copy in the log account, whenever the account of the gateway is lost: in the middle of a put, and in a backlog of a day. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { archiveNext } from '../../functions/sequencer/archive.ts';
import { EVERY, runSequencer } from '../../functions/sequencer/run.ts';
import { recover } from '../../infra/archive/recover.ts';
import { sm2Spki } from '../../infra/local/aws/kms/sm2.ts';
import { checkLog } from '../../shared/log/check/check-log.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { formatCheckpoint } from '../../shared/tree/checkpoint.ts';
import { EMPTY_EDGE, grow as growTree, rootOf } from '../../shared/tree/grow.ts';
import { signNote } from '../../shared/tree/note.ts';
import { SIGNATURE_BYTES, signatureFiles } from '../../shared/tree/signatures.ts';
import { TILE_WIDTH } from '../../shared/tree/tiles.ts';
import { WRITER_KEY_PATH } from '../../shared/tree/writer-key.ts';
import { vouchFor } from '../log/log.ts';
import { temporaryFolder } from '../support/folder.ts';
import { nationalise, own } from './national.ts';
import { drain } from './whole.ts';
import { openWorld, type World } from './world.ts';

/** A bucket of another account. `before` may throw in place of a put, or let time go by. */
function account(world: World, before: (name: string) => void = () => {}) {
  const files = new Map<string, Uint8Array>();
  let size = 0;
  const copied = {
    read: async () => size,
    write: async (to: number) => {
      before('note');
      size = to;
    },
  };
  const put = async (path: string, bytes: Uint8Array) => {
    before(path);
    if (!files.has(path)) files.set(path, bytes);
  };
  const keys = {
    read: async () => Buffer.from(world.files.get(WRITER_KEY_PATH) ?? 'the keys').toString(),
    swap: async () => true,
  };
  const archive = (until = Number.POSITIVE_INFINITY) =>
    archiveNext({ ...world.deps, writerKeys: keys }, { put, copied }, { now: () => world.clock.now, until });
  return { files, archive };
}

/**
 * The gateway's account is gone: what the copy gives back.
 * @param world whose writers signed it: the log is then verified by public keys alone
 */
async function recovered(files: ReadonlyMap<string, Uint8Array>, world?: World) {
  const [copy, out] = [temporaryFolder(), temporaryFolder()];
  for (const [path, bytes] of files) {
    const to = join(copy, path.replace(/^log\//, ''));
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, bytes);
  }
  const found = await recover(copy, out);
  if (!world) return found;
  const read = (path: string) => readFile(join(out, path)).catch(() => null);
  const certifiers = [vouchFor(world.gateway.publicKey)];
  const national = world.deps.sm2 && { national: sm2Spki(own) };
  const { checkpoint } = await checkLog({ read, log: world.log, certifiers, ...national });
  expect(checkpoint.size).toBe(found.size);
  return found;
}

describe('a crash in the middle of the copy', () => {
  const grown = async () => {
    const world = openWorld();
    const writer = world.writer();
    for (let item = 0; item < 3; item++) writer.append(100);
    await drain(world);
    return { world, size: (await world.check()).checkpoint.size };
  };

  it('after any put or note leaves what a checkpoint covers, and the next run copies the rest', async () => {
    const { world, size } = await grown();
    const counted: string[] = [];
    await account(world, (name) => counted.push(name)).archive();
    expect(counted.length).toBeGreaterThan(5);
    for (const point of counted.keys())
      for (const stored of [false, true]) {
        let puts = 0;
        const { files, archive } = account(world, () => {
          if (puts++ === point + Number(stored)) throw new Error('crash');
        });
        await archive().catch((error: Error) => expect(error.message).toBe('crash'));
        await new Promise((resolve) => setImmediate(resolve));
        // Before the piece is there, the copy says that it has none.
        const early = await recovered(files, world).catch(() => null);
        expect(early === null || early.size === size).toBe(true);
        expect(await archive()).toBe(0);
        expect(await recovered(files, world)).toMatchObject({ size, missing: 0 });
      }
  });

  it('with a log that has grown since leaves pieces that overlap, of which each leaf counts once', async () => {
    const { world } = await grown();
    let dead = false;
    const { files, archive } = account(world, (name) => {
      if (name === 'note' && !dead) {
        dead = true;
        throw new Error('crash');
      }
    });
    await expect(archive()).rejects.toThrow('crash');
    world.writer().append(30);
    await drain(world);
    expect(await archive()).toBe(0);
    const { checkpoint } = await world.check();
    const found = await recovered(files, world);
    expect(found).toMatchObject({ size: checkpoint.size, missing: 0 });
    expect(found.acts).toBe(330);
  });
});

describe('the tree by SM3', () => {
  it('is in the copy, and in what is recovered also of leaves before the setting', async () => {
    const world = openWorld();
    const writer = world.writer();
    for (let item = 0; item < 3; item++) writer.append(100);
    await drain(world);
    const { files, archive } = account(world);
    expect(await archive()).toBe(0);
    expect([...files.keys()].filter((name) => name.includes('sm3'))).toEqual([]);
    await nationalise(world);
    world.writer();
    for (let item = 0; item < 3; item++) writer.append(100);
    await drain(world);
    expect(await archive()).toBe(0);
    const copied = [...files.keys()].filter((name) => name.includes('sm3'));
    expect(copied).toEqual(['log/sm3/tile/0/001']);
    expect(files.get('log/sm3/tile/0/001')).toEqual(world.files.get('sm3/tile/0/001'));
    expect(await recovered(files, world)).toMatchObject({ missing: 0 });
    // A tile that is lost holds back nothing, because it follows from the leaves.
    for (let item = 0; item < 3; item++) writer.append(100);
    await drain(world);
    world.files.delete('sm3/tile/0/002');
    expect(await archive()).toBe(0);
    expect(await recovered(files, world)).toMatchObject({ missing: 0 });
  });
});

describe('a backlog of a day', () => {
  /** Entries of a county with a million releases a month. */
  const DAY = 66_000;
  /** Milliseconds of a piece: several times what its calls of S3 and DynamoDB take. */
  const PIECE = 2_000;

  /** A log of bare leaves, which no writer has signed. */
  function bare() {
    const world = openWorld();
    let edge = EMPTY_EDGE;
    const grow = async (count: number) => {
      const leaves = Array.from({ length: count }, (_, i) => Buffer.from(`{"at":${edge.size + i}}`));
      const from = edge.size - (edge.size % TILE_WIDTH);
      const grown = growTree(sha256, edge, leaves);
      const signatures = Array.from(
        { length: edge.size + count - from },
        () => new Uint8Array(SIGNATURE_BYTES),
      );
      for (const { path, bytes } of [...grown.files, ...signatureFiles(from, [], signatures)])
        world.files.set(path, bytes);
      edge = grown.edge;
      const text = formatCheckpoint({ origin: world.log.name, size: edge.size, root: rootOf(sha256, edge) });
      world.values.published = signNote(text, world.log, await world.deps.sign(Buffer.from(text)));
    };
    return { world, grow, size: () => edge.size };
  }

  it('is copied between the steps of two minutes while the log goes on, and says at each moment what it lacks', async () => {
    const { world, grow, size } = bare();
    await grow(DAY);
    const began = world.clock.now;
    const { files, archive } = account(world, (name) => {
      if (name.includes('/leaves/')) world.clock.now += PIECE;
    });
    let left = await archive(began + 1);
    expect(left).toBeGreaterThan(DAY - 2049);
    // The account is lost in the backlog: no checkpoint has all its leaves yet, and no part is taken for the whole.
    await expect(recovered(files)).rejects.toThrow('no checkpoint whose leaves are all there');
    const step = async () => {
      await grow(5);
      return {
        sequenced: 5,
        size: size(),
        faults: [],
        oldest: null,
        checkpoint: { size: size() },
        caughtUp: 0,
      };
    };
    let minutes = 0;
    for (; left > 0 && minutes < 5; minutes++)
      await runSequencer({ step, check: async () => 0 } as never, {
        ...{ now: () => world.clock.now, until: world.clock.now + 58_000, every: EVERY },
        sleep: async () => {},
        meanwhile: async (end) => {
          if (left > 0) left = await archive(end);
          world.clock.now = Math.max(world.clock.now, end);
        },
      });
    expect([left, minutes]).toEqual([0, 2]);
    // As the function does when its minute ends.
    expect(await archive()).toBe(0);
    await grow(700);
    await archive(world.clock.now);
    // Named, and not copied.
    expect(await recovered(files)).toMatchObject({ size: size() - 700, missing: 700 });
    expect(await archive()).toBe(0);
    expect(await recovered(files)).toMatchObject({ size: size(), missing: 0 });
  });
});
