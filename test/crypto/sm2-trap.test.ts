/**
 * A trap: a key that node makes on the curve SM2 signs plain ECDSA. Node itself takes that signature, and no implementation of SM2
 * (GB/T 32918) does. So nothing here makes such a key; SM2 signatures come from KMS or from a library.
 */
import { generateKeyPairSync, hash, sign, verify } from 'node:crypto';
import { DER, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { describe, expect, it } from 'vitest';
import { readModules } from '../architecture/modules.ts';

const big = (text: string) => BigInt(`0x${text.replaceAll(' ', '')}`);
const n = big('fffffffe ffffffff ffffffff ffffffff 7203df6b 21c6052b 53bbf409 39d54123');
const p = big('fffffffe ffffffff ffffffff ffffffff ffffffff 00000000 ffffffff ffffffff');
const curve = {
  ...{ p, n, h: 1n, a: p - 3n },
  b: big('28e9fa9e 9d9f5e34 4d5a9e4b cf6509a7 f39789f5 15ab8f92 ddbcbd41 4d940e93'),
  Gx: big('32c4ae2c 1f198119 5f990446 6a39c994 8fe30bbf f2660be1 715a4589 334c74c7'),
  Gy: big('bc3736a2 f4f6779c 59bdcee3 6b692153 d0a9877c c62a4740 02df32e5 2139f0a0'),
};
const Point = weierstrass(curve);
const G = Point.BASE;
const mod = (value: bigint) => ((value % n) + n) % n;
const bytesOf = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
const number = (bytes: Buffer) => big(bytes.toString('hex'));

/** Z of GB/T 32918.2: the digest of identity, curve and key that SM2 puts before a message. */
function identityDigest(identity: string, key: InstanceType<typeof Point>): Buffer {
  const bits = Buffer.alloc(2);
  bits.writeUInt16BE(identity.length * 8);
  const { a, b, Gx, Gy } = curve;
  const numbers = [a, b, Gx, Gy, key.x, key.y].map(bytesOf);
  return hash('sm3', Buffer.concat([bits, Buffer.from(identity), ...numbers]), 'buffer');
}

type Signature = { r: bigint; s: bigint };

function isSm2({ r, s }: Signature, message: Buffer, key: InstanceType<typeof Point>, identity: string) {
  const e = number(hash('sm3', Buffer.concat([identityDigest(identity, key), message]), 'buffer'));
  return mod(e + G.multiply(s).add(key.multiply(mod(r + s))).x) === r;
}

function isEcdsa({ r, s }: Signature, message: Buffer, key: InstanceType<typeof Point>) {
  const w = power(s, n - 2n);
  const e = number(hash('sm3', message, 'buffer'));
  return mod(G.multiply(mod(e * w)).add(key.multiply(mod(r * w))).x) === r;
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % n;
    square = (square * square) % n;
  }
  return result;
}

describe('a key that node makes on the curve SM2', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' });
  const message = Buffer.from('message');
  const made = sign('sm3', message, privateKey);
  const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-65);
  const key = Point.fromHex(point.toString('hex'));

  it('signs plain ECDSA, which node takes and SM2 does not, under any identity', () => {
    const signature = DER.toSig(made);
    expect(verify('sm3', message, publicKey, made)).toBe(true);
    expect(isEcdsa(signature, message, key)).toBe(true);
    for (const identity of ['1234567812345678', '', 'fieldgate'])
      expect(isSm2(signature, message, key, identity)).toBe(false);
  });

  it('is refused by an equation that takes a right signature', () => {
    const [d, k] = [5n, 7n];
    const own = G.multiply(d);
    const identity = '1234567812345678';
    const e = number(hash('sm3', Buffer.concat([identityDigest(identity, own), message]), 'buffer'));
    const r = mod(e + G.multiply(k).x);
    const s = mod(power(1n + d, n - 2n) * mod(k - r * d));
    expect(isSm2({ r, s }, message, own, identity)).toBe(true);
    expect(isSm2({ r, s }, message, own, '')).toBe(false);
  });
});

it('nothing makes a key on that curve by node', () => {
  const made = readModules().filter(({ text }) => /namedCurve:\s*['"`]SM2/i.test(text));
  expect(made.map(({ file }) => file)).toEqual([]);
});
