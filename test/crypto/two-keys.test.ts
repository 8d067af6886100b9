/**
 * GCM alone does not commit to its key: one ciphertext can be made whose tag is right under two. This makes
 * such a one and shows that a data key refuses before it gets to open it.
 */
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { DataKey } from '../../shared/crypto/data-key.ts';
import { SealBroken } from '../../shared/crypto/field-format.ts';
import { decrypt, openField } from '../../shared/crypto/open.ts';
import { derivationInfo, fieldAad } from '../../shared/crypto/place.ts';
import { expand, extract } from '../../shared/crypto/primitives.ts';
import { AES_256_GCM_HKDF_SHA256 as SUITE } from '../../shared/crypto/suites.ts';
import { keyPair } from './keys.ts';

// Elements of GF(2^128) as in GCM: the first bit of the first byte is the coefficient of x^0.
const R = 0xe1n << 120n;
const toElement = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
const toBytes = (element: bigint) => Buffer.from(element.toString(16).padStart(32, '0'), 'hex');

function times(a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ R : shifted >> 1n;
  }
  return product;
}

/** a^(2^128 - 2), which is the inverse. */
function inverse(a: bigint): bigint {
  let [result, square] = [1n << 127n, a];
  for (let i = 1; i < 128; i++) {
    square = times(square, square);
    result = times(result, square);
  }
  return result;
}

const blockUnder = (key: Buffer, block: Buffer) =>
  createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(block);

const blocksOf = (bytes: Buffer) => {
  const padded = Buffer.concat([bytes, Buffer.alloc((16 - (bytes.length % 16)) % 16)]);
  return Array.from({ length: padded.length / 16 }, (_, i) => padded.subarray(16 * i, 16 * i + 16));
};

/** The tag that GCM gives this ciphertext under this key. */
function tagOf(key: Buffer, nonce: Buffer, aad: Buffer, body: Buffer): Buffer {
  const h = toElement(blockUnder(key, Buffer.alloc(16)));
  const lengths = Buffer.alloc(16);
  lengths.writeBigUInt64BE(BigInt(aad.length * 8));
  lengths.writeBigUInt64BE(BigInt(body.length * 8), 8);
  let sum = 0n;
  for (const block of [...blocksOf(aad), ...blocksOf(body), lengths]) sum = times(sum ^ toElement(block), h);
  const mask = blockUnder(key, Buffer.concat([nonce, Buffer.of(0, 0, 0, 1)]));
  return toBytes(sum ^ toElement(mask));
}

/** Chooses the last block of `body` so that both keys give one tag. */
function collide(keys: readonly [Buffer, Buffer], nonce: Buffer, aad: Buffer, start: Buffer): Buffer {
  const body = Buffer.concat([start, Buffer.alloc(16)]);
  const [a, b] = keys.map((key) => toElement(tagOf(key, nonce, aad, body))) as [bigint, bigint];
  // The last block stands before the lengths, so it is multiplied by H twice.
  const [ha, hb] = keys.map((key) => {
    const h = toElement(blockUnder(key, Buffer.alloc(16)));
    return times(h, h);
  }) as [bigint, bigint];
  toBytes(times(a ^ b, inverse(ha ^ hb))).copy(body, start.length);
  return body;
}

it('multiplies and inverts in the field', () => {
  const [a, b] = [toElement(randomBytes(16)), toElement(randomBytes(16))];
  expect(times(a, b)).toBe(times(b, a));
  expect(times(a, inverse(a))).toBe(1n << 127n);
});

it('a ciphertext that opens under two keys is refused by the commitment before any opening', () => {
  const real = keyPair();
  const planted = keyPair({ ...real.use.place, keyId: real.use.keyId });
  const aad = Buffer.from(fieldAad(SUITE, real.use)('name'));
  const encryption = [real, planted].map(({ raw }) =>
    expand(SUITE, extract(SUITE, raw), derivationInfo(SUITE, real.use)('fieldgate encryption v1')),
  ) as [Buffer, Buffer];
  const nonce = randomBytes(12);
  const body = collide(encryption, nonce, aad, randomBytes(16));
  const tag = tagOf(encryption[0], nonce, aad, body);

  // GCM itself, by node and by our own call of it, accepts the ciphertext under both keys.
  const plaintexts = encryption.map((key) => {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
    decipher.setAAD(aad).setAuthTag(tag);
    return Buffer.concat([decipher.update(body), decipher.final()]);
  });
  expect(plaintexts[0]?.equals(plaintexts[1] ?? Buffer.alloc(0))).toBe(false);
  for (const key of encryption) {
    const keys = { encryption: createSecretKey(key), authentication: null };
    expect(decrypt(SUITE, keys, { nonce, aad, body, tag })).not.toBeNull();
  }

  // KMS answering with the planted key, whatever the way, meets the commitment of the real one.
  expect(() => DataKey.fromStored(real.use, Buffer.from(planted.raw), real.commitment)).toThrow(SealBroken);
  const sealed = Buffer.concat([Buffer.of(1, 1), Buffer.from(real.use.keyId, 'base64url'), nonce, body, tag]);
  // And a key that was not compared opens nothing at all.
  const unchecked = DataKey.fromRaw(real.use, Buffer.from(planted.raw), SUITE);
  expect(() => openField(unchecked, 'name', sealed)).toThrow(TypeError);
});
