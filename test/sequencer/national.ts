/** A log with the national profile, and its readers. */
import { createSecretKey, type KeyObject } from 'node:crypto';
import { expect } from 'vitest';
import { signedNote } from '../../functions/sequencer/publish.ts';
import { newSm2Key, sm2Message, sm2Sign, sm2Spki } from '../../infra/local/aws/kms/sm2.ts';
import { checkLog } from '../../shared/log/check/check-log.ts';
import { sha256, verifyEd25519 } from '../../shared/log/node-crypto.ts';
import { type Checkpoint, formatCheckpoint, openCheckpoint } from '../../shared/tree/checkpoint.ts';
import { sm2Line, sm2WriterKey } from '../../shared/tree/national.ts';
import { formatWriterKeys, WRITER_KEY_PATH } from '../../shared/tree/writer-key.ts';
import { drain } from './whole.ts';
import { openWorld, type TestWriter, type World } from './world.ts';

export const secretKey = () => createSecretKey(newSm2Key());
export const own = secretKey();
/** Certifies writers. */
export const certifying = secretKey();

export const vouchBy = (secret: KeyObject) => (statement: Uint8Array) =>
  sm2Sign(secret, sm2Message(secret, statement)).toString('base64');

/** Gives the sequencer the key of SM2, as the setting does. */
export async function nationalise(world: World, secret: KeyObject = own): Promise<World> {
  world.deps.sm2 = {
    ...sm2Line(sha256, world.log.name, sm2Spki(secret)),
    sign: async (message) => sm2Sign(secret, sm2Message(secret, message)),
  };
  const names = await signedNote(
    world.deps,
    formatWriterKeys(world.log.name, [sm2WriterKey(sm2Spki(certifying))]),
  );
  world.files.set(WRITER_KEY_PATH, Buffer.from(names));
  world.national.vouch = vouchBy(certifying);
  return world;
}

/** An item has at most 100 leaves. */
export const append = (writer: TestWriter, count: number) => {
  for (let left = count; left > 0; left -= 100) writer.append(Math.min(left, 100));
};

export const begin = async (leaves = 3) => {
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

export const check = (world: World, remembered?: Checkpoint, secret = own) =>
  checkLog({
    read: world.read,
    log: world.log,
    certifiers: world.deps.certifiers,
    national: sm2Spki(secret),
    ...(remembered && { remembered }),
  });
export const shown = async ({ values, log }: World): Promise<Checkpoint> =>
  (await openCheckpoint(Buffer.from(values.published ?? ''), log, verifyEd25519)) ??
  expect.fail('no checkpoint');

/** Publishes another checkpoint under both keys, as the holder of both could. */
export async function republish(world: World, change: (text: string) => string, secret = own): Promise<void> {
  const text = change(formatCheckpoint(await shown(world)));
  await nationalise(world, secret);
  world.values.published = await signedNote(world.deps, text);
}
