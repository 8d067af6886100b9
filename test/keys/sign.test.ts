import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { kmsSign, publicKeyOf } from '../../shared/keys/sign.ts';

const kms = new KMSClient({ region: 'local', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
const mock = mockClient(kms);
beforeEach(() => mock.reset());

const MESSAGE = Buffer.from('message');
const answer = (Signature: Uint8Array, changes = {}) =>
  mock.on(SignCommand).resolves({ KeyId: 'key', SigningAlgorithm: 'ECDSA_SHA_256', Signature, ...changes });
const es256 = () => kmsSign(kms, 'key', 'ECDSA_SHA_256', MESSAGE);

const integer = (...bytes: number[]) => Buffer.from([2, bytes.length, ...bytes]);
const sequence = (...parts: Buffer[]) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
};
const bytes = (length: number, first: number) => [first, ...new Array(length - 1).fill(0x11)];

describe('an ES256 signature', () => {
  it('is requested over the digest and verifies as r‖s', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    mock.on(SignCommand).callsFake(({ Message }) => {
      expect(Buffer.from(Message).equals(createHash('sha256').update(MESSAGE).digest())).toBe(true);
      const Signature = sign('sha256', MESSAGE, privateKey);
      return { KeyId: 'key', SigningAlgorithm: 'ECDSA_SHA_256', Signature };
    });
    // DER lengths vary, so one signature would prove little.
    for (let i = 0; i < 64; i++) {
      const raw = await es256();
      expect(raw).toHaveLength(64);
      expect(verify('sha256', MESSAGE, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw)).toBe(true);
    }
    const { input } = mock.commandCalls(SignCommand)[0]?.args[0] ?? expect.fail();
    expect({ ...input, Message: null }).toStrictEqual({
      KeyId: 'key',
      SigningAlgorithm: 'ECDSA_SHA_256',
      MessageType: 'DIGEST',
      Message: null,
    });
  });

  it.each([
    ['full r and s', bytes(32, 0x7f), bytes(32, 0x01), bytes(32, 0x7f), bytes(32, 0x01)],
    [
      'a high bit in both',
      [0, ...bytes(32, 0x80)],
      [0, ...bytes(32, 0xff)],
      bytes(32, 0x80),
      bytes(32, 0xff),
    ],
    ['a short r', bytes(31, 0x7f), bytes(32, 0x01), [0, ...bytes(31, 0x7f)], bytes(32, 0x01)],
    [
      'a short s with a high bit',
      bytes(32, 1),
      [0, ...bytes(30, 0x90)],
      bytes(32, 1),
      [0, 0, ...bytes(30, 0x90)],
    ],
    ['r and s of one byte', [1], [0x7f], [...new Array(31).fill(0), 1], [...new Array(31).fill(0), 0x7f]],
  ])('with %s is padded to 32 bytes each', async (_, r, s, rawR, rawS) => {
    answer(sequence(integer(...r), integer(...s)));
    expect([...(await es256())]).toEqual([...rawR, ...rawS]);
  });

  const good = [integer(...bytes(32, 1)), integer(...bytes(32, 2))] as const;
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no sequence', Buffer.concat(good)],
    ['one integer', sequence(good[0])],
    ['three integers', sequence(...good, integer(1))],
    ['a byte after the end', Buffer.concat([sequence(...good), Buffer.of(0)])],
    ['a length one too short', Buffer.concat([Buffer.of(0x30, 67), ...good])],
    ['a length in long form', Buffer.concat([Buffer.of(0x30, 0x81, 68), ...good])],
    ['a zero r', sequence(integer(0), good[1])],
    ['an empty s', sequence(good[0], integer())],
    ['a negative r', sequence(integer(...bytes(32, 0x80)), good[1])],
    ['a needless leading zero', sequence(integer(0, ...bytes(31, 0x7f)), good[1])],
    ['two leading zeros', sequence(integer(0, 0, ...bytes(31, 0x80)), good[1])],
    ['33 bytes of r', sequence(integer(...bytes(33, 1)), good[1])],
    ['an s that ends early', sequence(good[0], Buffer.from([2, 32, ...bytes(31, 1)]))],
    ['another type of integer', sequence(good[0], Buffer.from([4, 32, ...bytes(32, 1)]))],
    ['raw r‖s in place of DER', Buffer.alloc(64, 1)],
  ])('in bad DER is refused: %s', async (_, der) => {
    answer(der);
    await expect(es256()).rejects.toThrow('malformed DER signature');
    answer(sequence(...good));
    await expect(es256()).resolves.toHaveLength(64);
  });

  it.each([
    ['key', { KeyId: 'other' }],
    ['algorithm', { SigningAlgorithm: 'ECDSA_SHA_384' as const }],
  ])('of another %s is refused', async (_, changes) => {
    answer(sequence(...good), changes);
    await expect(es256()).rejects.toThrow('KMS answered for another key');
  });
});

it('an Ed25519 signature is requested over the message itself and has 64 bytes', async () => {
  const algorithm = { SigningAlgorithm: 'ED25519_SHA_512' as const };
  answer(new Uint8Array(64).fill(3), algorithm);
  expect(await kmsSign(kms, 'key', 'ED25519_SHA_512', MESSAGE)).toEqual(Buffer.alloc(64, 3));
  const { input } = mock.commandCalls(SignCommand)[0]?.args[0] ?? expect.fail();
  expect(input).toStrictEqual({ KeyId: 'key', ...algorithm, MessageType: 'RAW', Message: MESSAGE });
  answer(new Uint8Array(63), algorithm);
  await expect(kmsSign(kms, 'key', 'ED25519_SHA_512', MESSAGE)).rejects.toThrow('malformed');
});

describe('a public key', () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const PublicKey = publicKey.export({ format: 'der', type: 'spki' });

  it('is requested once for each key', async () => {
    mock.on(GetPublicKeyCommand).callsFake(({ KeyId }) => ({ KeyId, PublicKey }));
    const [one, two] = await Promise.all([publicKeyOf(kms, 'a'), publicKeyOf(kms, 'a')]);
    expect(one).toBe(two);
    expect(one.equals(createPublicKey({ key: PublicKey, format: 'der', type: 'spki' }))).toBe(true);
    await publicKeyOf(kms, 'b');
    expect(mock.commandCalls(GetPublicKeyCommand)).toHaveLength(2);
  });

  it('of another key is refused, and not remembered', async () => {
    mock
      .on(GetPublicKeyCommand)
      .resolvesOnce({ KeyId: 'other', PublicKey })
      .resolves({ KeyId: 'c', PublicKey });
    await expect(publicKeyOf(kms, 'c')).rejects.toThrow('KMS answered for another key');
    await expect(publicKeyOf(kms, 'c')).resolves.toBeDefined();
  });
});
