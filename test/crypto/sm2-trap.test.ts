/**
 * A trap: a key that node makes on the curve SM2 signs plain ECDSA. Node itself takes that signature, and no implementation of SM2
 * (GB/T 32918) does. So nothing here makes such a key; SM2 signatures come from KMS.
 */
import { createSecretKey, generateKeyPairSync, hash, sign, verify } from 'node:crypto';
import { DER } from '@noble/curves/abstract/weierstrass.js';
import { describe, expect, it } from 'vitest';
import { newSm2Key, sm2Sign, sm2Spki } from '../../infra/local/aws/kms/sm2.ts';
import { Fn, numberOf, Point, parseSm2Key, sm2Digest, sm2Verify } from '../../shared/tree/sm2.ts';
import { readModules } from '../architecture/modules.ts';

const sm3 = (bytes: Uint8Array) => hash('sm3', bytes, 'buffer');
const key = (spki: Uint8Array) => parseSm2Key(spki) ?? expect.fail('no key of SM2');
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

function isEcdsa(signature: Uint8Array, message: Buffer, by: ReturnType<typeof key>) {
  const { r, s } = DER.toSig(signature);
  const w = Fn.inv(s);
  const e = Fn.create(numberOf(sm3(message)));
  return Fn.create(Point.BASE.multiply(Fn.mul(e, w)).add(by.multiply(Fn.mul(r, w))).x) === r;
}

describe('a key that node makes on the curve SM2', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' });
  const message = Buffer.from('message');
  const made = sign('sm3', message, privateKey);
  const own = key(publicKey.export({ format: 'der', type: 'spki' }));

  it('signs plain ECDSA, which node takes and SM2 does not, under any identity', () => {
    expect(verify('sm3', message, publicKey, made)).toBe(true);
    expect(isEcdsa(made, message, own)).toBe(true);
    for (const identity of ['1234567812345678', '', 'fieldgate'])
      expect(sm2Verify(own, sm2Digest(sm3, own, message, identity), made)).toBe(false);
  });
});

describe('the example of GB/T 32918.5', () => {
  const secret = createSecretKey(
    hex('3945208f 7b2144b1 3f36e38a c6d39f95 88939369 2860b51a 42fb81ef 4df7c5b8'),
  );
  const own = key(sm2Spki(secret));
  const digest = sm2Digest(sm3, own, Buffer.from('message digest'));
  const [r, s] = [
    'f5a03b06 48d2c463 0eeac513 e1bb81a1 5944da38 27d5b741 43ac7eac eee720b3',
    'b1b6aa29 df212fd8 763182bc 0d421ca1 bb9038fd 1f7f42d4 840b69c4 85bbc1aa',
  ].map((text) => numberOf(hex(text))) as [bigint, bigint];
  const der = (r: bigint, s: bigint) => hex(DER.hexFromSig({ r, s }));

  it('has this key, digest and signature', () => {
    expect(own.x).toBe(
      numberOf(hex('09f9df31 1e5421a1 50dd7d16 1e4bc5c6 72179fad 1833fc07 6bb08ff3 56f35020')),
    );
    const e = 'f0b43e94 ba45acca ace692ed 534382eb 17e6ab5a 19ce7b31 f4486fdf c0d28640';
    expect(Buffer.from(digest)).toEqual(hex(e));
    const k = numberOf(hex('59276e27 d506861a 16680f3a d9c02dcc ef3cc1fa 3cdbe4ce 6d54b80d eac1bc21'));
    expect(sm2Sign(secret, digest, k)).toEqual(der(r, s));
    expect(sm2Verify(own, digest, der(r, s))).toBe(true);
  });

  it('holds for no other signature, digest, identity or key', () => {
    const { ORDER: n } = Fn;
    const right = der(r, s);
    const bent = [der(r, n - s), der(s, r), der(r + 1n, s), der(r, s + 1n), der(r, n - r)];
    const outside = [der(r + n, s), der(r, s + n), der(0n, s), der(r, 0n), hex('00'), Buffer.alloc(0)];
    const longer = [Buffer.concat([right, hex('00')]), right.subarray(0, -1)];
    for (const wrong of [...bent, ...outside, ...longer]) expect(sm2Verify(own, digest, wrong)).toBe(false);
    const other = key(sm2Spki(createSecretKey(newSm2Key())));
    expect(sm2Verify(other, digest, right)).toBe(false);
    for (const identity of ['', '12345678', '1234567812345679'])
      expect(sm2Verify(own, sm2Digest(sm3, own, Buffer.from('message digest'), identity), right)).toBe(false);
  });

  it('is read from a key of this curve and form alone', () => {
    const spki = Uint8Array.from(sm2Spki(secret));
    const bend = (at: number) => spki.map((byte, index) => (index === at ? byte ^ 1 : byte));
    for (const at of [0, 22, 26, 27, 90]) expect(parseSm2Key(bend(at))).toBeNull();
    for (const bytes of [spki.subarray(0, -1), Buffer.concat([spki, hex('00')]), new Uint8Array(0)])
      expect(parseSm2Key(bytes)).toBeNull();
    const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    expect(parseSm2Key(p256.export({ format: 'der', type: 'spki' }))).toBeNull();
  });
});

it('nothing makes a key on that curve by node', () => {
  const made = readModules().filter(({ text }) => /namedCurve:\s*['"`]SM2/i.test(text));
  expect(made.map(({ file }) => file)).toEqual([]);
});
