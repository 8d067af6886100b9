/** The log's national profile: a second tree by SM3 under the same checkpoint, and a line by SM2. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { signedNote } from '../../functions/sequencer/publish.ts';
import { sm2Spki } from '../../infra/local/aws/kms/sm2.ts';
import { checkLog } from '../../shared/log/check/check-log.ts';
import { rawKeyOf } from '../../shared/log/node-crypto.ts';
import { formatCheckpoint } from '../../shared/tree/checkpoint.ts';
import { sm2WriterKey } from '../../shared/tree/national.ts';
import { readNote } from '../../shared/tree/note.ts';
import { formatWriterKeys, WRITER_KEY_PATH } from '../../shared/tree/writer-key.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { append, begin, certifying, check, own, republish, secretKey, shown } from './national.ts';
import { drain } from './whole.ts';
import { openWorld } from './world.ts';

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
    const others = world.deps.certifiers.map((one) => ({ ...one, key: rawKeyOf(one.key) }));
    const keys = [...others, sm2WriterKey(sm2Spki(certifying))];
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
