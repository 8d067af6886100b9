import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openField } from '../../shared/crypto/open.ts';
import { bucket, unpad, withPadded } from '../../shared/crypto/padding.ts';
import { sealField } from '../../shared/crypto/seal.ts';
import { RUNS } from '../support/runs.ts';
import { keyPair } from './keys.ts';

const { sealing, opening } = keyPair();
const through = (value: unknown, field = 'name') =>
  openField(opening, field, sealField(sealing, field, value));

describe('a value', () => {
  it.each([
    ['null', null],
    ['empty text', ''],
    ['false', false],
    ['zero', 0],
    ['an empty list', []],
    ['an empty object', {}],
    ['the text null', 'null'],
    ['text', '张三'],
    ['a number', -12.5e-7],
    ['an object', { date: '2013-05-06', estimated: true, list: [1, [2, { three: null }]] }],
    ['a lone surrogate', 'a\ud800b'],
    ['NFC', '\u00e9'],
    ['NFD', 'e\u0301'],
    ['a NUL and the padding mark', '\0\u0080'],
    ['32 KB', '甲'.repeat(10_922)],
  ])('comes back as it was: %s', (_, value) => {
    expect(through(value)).toStrictEqual(value);
  });

  it('comes back unchanged, for any JSON value and any field name', () => {
    const name = fc.string({ minLength: 1 }).filter((one) => one.isWellFormed());
    fc.assert(
      fc.property(fc.jsonValue(), name, (value, field) => {
        expect(JSON.stringify(through(value, field))).toBe(JSON.stringify(value));
      }),
      RUNS,
    );
  });

  it('keeps an own member called __proto__', () => {
    const value = JSON.parse('{"__proto__":{"polluted":true},"a":1}');
    const back = through(value) as object;
    expect(Object.keys(back)).toEqual(['__proto__', 'a']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([undefined, () => 1, Symbol('a')])('that is no JSON is refused: %s', (value) => {
    expect(() => sealField(sealing, 'name', value)).toThrow(TypeError);
    expect(() => sealField(sealing, '\ud800', 'a')).toThrow(RangeError);
  });

  it('never seals to the same bytes twice, over many turns of the nonce pool', () => {
    const nonces = new Set<string>();
    for (let i = 0; i < 1000; i++) nonces.add(sealField(sealing, 'name', '').toString('hex', 18, 30));
    expect(nonces.size).toBe(1000);
  });
});

describe('a stored length', () => {
  it.each([
    [0, 32],
    [31, 32],
    [32, 64],
    [63, 64],
    [64, 128],
    [1023, 1024],
    [2047, 2048],
    [2048, 4096],
    [32_768, 65_536],
  ])('of %i bytes of text is a bucket of %i', (length, size) => {
    expect(bucket(length)).toBe(size);
    const padded = withPadded('x'.repeat(length), (bytes) => Buffer.from(bytes));
    expect(padded).toHaveLength(size);
    expect(unpad(padded)).toHaveLength(length);
  });

  it('is the same for null, false, zero, a code and a date, and 46 bytes over the bucket', () => {
    const values = [null, '', false, 0, '1', '2013-05-06', '99000120130506001X', { date: '2013-05-06' }];
    expect(new Set(values.map((value) => sealField(sealing, 'a', value).length))).toEqual(new Set([32 + 46]));
  });

  it('reveals nothing finer than the bucket', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const size = sealField(sealing, 'a', value).length - 46;
        expect(Math.log2(size / 32) % 1).toBe(0);
        expect(Buffer.byteLength(JSON.stringify(value))).toBeLessThan(size);
      }),
      RUNS,
    );
  });
});

describe('padding', () => {
  it('leaves nothing behind for the next value, though memory is reused', () => {
    withPadded('a'.repeat(1000), () => {});
    const next = withPadded('b', (bytes) => Buffer.from(bytes));
    expect(next.equals(Buffer.concat([Buffer.from('b\x80', 'latin1'), Buffer.alloc(30)]))).toBe(true);
    let kept: Buffer = Buffer.alloc(0);
    expect(() =>
      withPadded('secret', (bytes) => {
        kept = bytes;
        throw new Error('while sealing');
      }),
    ).toThrow('while sealing');
    expect(kept.every((byte) => byte === 0)).toBe(true);
  });

  it('has one form: only the output of padding can be unpadded', () => {
    const bytes = fc
      .tuple(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(32, 64, 33, 0))
      .map(([head, size]) => Buffer.concat([head, Buffer.alloc(Math.max(0, size - head.length))]));
    fc.assert(
      fc.property(bytes, (padded) => {
        const text = unpad(padded);
        if (text === null || Buffer.byteLength(text) !== padded.lastIndexOf(0x80)) return;
        expect(withPadded(text, (again) => again.equals(padded))).toBe(true);
      }),
      RUNS,
    );
  });
});
