/**
 * SM2 (GB/T 32918): the curve, the digest that is signed, and the check of a signature. Read on demand, and never from the common
 * bundles. `node:crypto` must make no such signature: see docs/operate/china.md.
 */
import { DER, type WeierstrassPoint, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { hexToBytes } from '@noble/curves/utils.js';
import { join } from './commitments.ts';
import type { Sha256 } from './merkle.ts';
import { NATIONAL } from './national.ts';
import type { WriterKey } from './writer-key.ts';

const big = (hex: string) => BigInt(`0x${hex}`);
const CURVE = {
  p: big(`fffffffe${'f'.repeat(32)}00000000${'f'.repeat(16)}`),
  h: 1n,
  n: big('fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123'),
  a: big(`fffffffe${'f'.repeat(32)}00000000${'f'.repeat(15)}c`),
  b: big('28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93'),
  Gx: big('32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7'),
  Gy: big('bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0'),
};
export const Point = weierstrass(CURVE);
/** Numbers modulo the order of the curve. */
export const Fn = Point.Fn;

/** What GM/T 0009 says if a signer has no identity of its own; KMS has no other. */
const IDENTITY = '1234567812345678';

/** A key with the algorithm `id-ecPublicKey` on this curve (SPKI), up to its point of 65 bytes. */
export const SPKI = hexToBytes('3059301306072a8648ce3d020106082a811ccf5501822d034200');

/** @param spki as KMS gives a public key. @returns `null` for another algorithm, and for what is no point of the curve */
export function parseSm2Key(spki: Uint8Array): WeierstrassPoint<bigint> | null {
  const own = spki.length === SPKI.length + 65 && SPKI.every((byte, at) => byte === spki[at]);
  try {
    return own && spki[SPKI.length] === 4 ? Point.fromBytes(spki.subarray(SPKI.length)) : null;
  } catch {
    return null;
  }
}

/** A key as `sm2WriterKey` names it. @returns `null` for a line of another name, and for what is no point of the curve */
export function sm2KeyNamed({ name, key, kinds }: WriterKey): WeierstrassPoint<bigint> | null {
  const sign = ['even', 'odd'].indexOf(kinds.join());
  try {
    return name === NATIONAL ? Point.fromBytes(join([Uint8Array.of(2 + sign), key])) : null;
  } catch {
    return null;
  }
}

/** e = SM3(Z ‖ message), where Z is the digest of identity, curve and key: what KMS signs, and what `DIGEST` takes. */
export function sm2Digest(
  sm3: Sha256,
  key: WeierstrassPoint<bigint>,
  message: Uint8Array,
  identity: string = IDENTITY,
): Uint8Array {
  const id = new TextEncoder().encode(identity);
  const length = Uint8Array.of(id.length >> 5, (id.length << 3) & 255);
  const { a, b, Gx, Gy } = CURVE;
  const numbers = [a, b, Gx, Gy].map((number) => Point.Fp.toBytes(number));
  return sm3(join([sm3(join([length, id, ...numbers, key.toBytes(false).subarray(1)])), message]));
}

/** @param digest of `sm2Digest`. @param signature in DER, as KMS makes it */
export function sm2Verify(key: WeierstrassPoint<bigint>, digest: Uint8Array, signature: Uint8Array): boolean {
  try {
    const { r, s } = DER.toSig(signature);
    const t = Fn.create(r + s);
    if (!Fn.isValidNot0(r) || !Fn.isValidNot0(s) || t === 0n) return false;
    const { x } = Point.BASE.multiplyUnsafe(s).add(key.multiplyUnsafe(t)).toAffine();
    return Fn.create(numberOf(digest) + x) === r;
  } catch {
    return false;
  }
}

/** Of 32 bytes, which may be greater than the order. */
export const numberOf = (bytes: Uint8Array): bigint =>
  bytes.reduce((number, byte) => number * 256n + BigInt(byte), 0n);
