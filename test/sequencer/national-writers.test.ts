/** Certificates of writers by SM2: what a reader with the log's key of SM2 demands, and what others do not see. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { signedNote } from '../../functions/sequencer/publish.ts';
import { newSm2Key, sm2Spki } from '../../infra/local/aws/kms/sm2.ts';
import { parseLeaf } from '../../shared/log/entry/leaf.ts';
import { CERTIFIED_MS, certificateStatement } from '../../shared/log/write/item.ts';
import { sm2WriterKey } from '../../shared/tree/national.ts';
import { sm2KeyNamed } from '../../shared/tree/sm2.ts';
import { formatWriterKeys, WRITER_KEY_PATH } from '../../shared/tree/writer-key.ts';
import { temporaryFolder } from '../support/folder.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { certifying, check, nationalise, secretKey, vouchBy } from './national.ts';
import { drain } from './whole.ts';
import { openWorld, type World } from './world.ts';

/** A writer with one entry, in the tree. @returns the id of its certificate */
const write = async (world: World) => {
  const writer = world.writer();
  writer.append();
  world.clock.now += 1000;
  await drain(world);
  return `${writer.writer}-0-0`;
};

/** Certificates without a signature by SM2, as all are without the setting. */
const leaveOut = (world: World) => {
  world.national.vouch = undefined;
};

test.skipIf(!hasOpenssl)('a certificate is signed as openssl demands of SM2', async () => {
  const world = await nationalise(openWorld());
  await write(world);
  const leaf = parseLeaf(world.stored()[0] ?? '');
  if (leaf?.kind !== 'writer') expect.fail('no certificate');
  const folder = temporaryFolder();
  const openssl = (line: string) =>
    execFileSync('openssl', line.split(' '), { cwd: folder, stdio: 'pipe' }).toString();
  writeFileSync(join(folder, 'key.der'), sm2Spki(certifying));
  writeFileSync(join(folder, 'signature'), leaf.certificate.sm2 ?? '', 'base64');
  writeFileSync(join(folder, 'statement'), certificateStatement(leaf.writer, leaf.certificate));
  openssl('pkey -pubin -inform DER -in key.der -out key.pem');
  const verify = 'dgst -sm3 -verify key.pem -sigopt distid:1234567812345678 -signature signature statement';
  expect(openssl(verify)).toContain('Verified OK');
  writeFileSync(
    join(folder, 'statement'),
    certificateStatement(leaf.writer, { ...leaf.certificate, name: 'b' }),
  );
  expect(() => openssl(verify)).toThrow();
});

test('a key keeps its point in the names of keys: x, and which of two', () => {
  for (const bytes of Array.from({ length: 8 }, newSm2Key)) {
    const spki = sm2Spki({ export: () => bytes } as never);
    const line = sm2WriterKey(spki);
    expect(Buffer.from(sm2KeyNamed(line)?.toBytes(false) ?? [])).toEqual(spki.subarray(-65));
    for (const other of [
      { name: 'release' },
      { kinds: ['even', 'odd'] },
      { key: new Uint8Array(32).fill(255) },
    ])
      expect(sm2KeyNamed({ ...line, ...other })).toBeNull();
  }
});

describe('a log is refused under the key of SM2, and by no other reader,', () => {
  const refused = async (world: World, at: string) => {
    await expect(check(world)).rejects.toMatchObject({ fault: 'SM2', at });
    await world.check();
  };

  test('if a certificate has the signature of another one, or of another key, or none', async () => {
    const own = vouchBy(certifying);
    for (const vouch of [
      (statement: Uint8Array) => own(Buffer.from(statement).fill(0, 30, 31)),
      vouchBy(secretKey()),
      () => '',
      () => 'AAAA',
    ]) {
      const world = await nationalise(openWorld());
      await write(world);
      await check(world);
      world.national.vouch = vouch;
      await refused(world, await write(world));
    }
  });

  test('if all of them leave it out', async () => {
    const world = await nationalise(openWorld());
    leaveOut(world);
    const first = await write(world);
    await write(world);
    await refused(world, first);
  });

  test('if one leaves it out that began later than a day after the first with it, whatever it says of its time', async () => {
    const world = await nationalise(openWorld());
    await write(world);
    leaveOut(world);
    world.clock.now += CERTIFIED_MS - 2000;
    await write(world);
    await check(world);
    world.clock.now += 2000;
    const late = await write(world);
    await refused(world, late);
  });

  test('if one dates itself before that day ended, and is in the tree after it', async () => {
    const world = await nationalise(openWorld());
    await write(world);
    world.clock.now += CERTIFIED_MS + 1000;
    await write(world);
    leaveOut(world);
    world.clock.now -= 60_000;
    const early = await write(world);
    await refused(world, early);
  });

  test('if the names of keys have none of SM2', async () => {
    const world = await nationalise(openWorld());
    await write(world);
    for (const line of [{ name: 'test' }, { kinds: ['odd', 'even'] }]) {
      const text = formatWriterKeys(world.log.name, [{ ...sm2WriterKey(sm2Spki(certifying)), ...line }]);
      world.files.set(WRITER_KEY_PATH, Buffer.from(await signedNote(world.deps, text)));
      await refused(world, WRITER_KEY_PATH);
    }
  });
});

test('writers of before the setting, and each key that was ever named, are good', async () => {
  const world = openWorld();
  await write(world);
  await nationalise(world);
  const next = secretKey();
  const keys = [certifying, next].map((one) => sm2WriterKey(sm2Spki(one)));
  const names = await signedNote(world.deps, formatWriterKeys(world.log.name, keys));
  world.files.set(WRITER_KEY_PATH, Buffer.from(names));
  await write(world);
  world.national.vouch = vouchBy(next);
  await write(world);
  await check(world);
});
