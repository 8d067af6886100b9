import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldAad } from '../../shared/crypto/place.ts';
import { AES_256_GCM_HKDF_SHA256 } from '../../shared/crypto/suites.ts';
import { encodeParts, type Part } from '../../shared/encoding.ts';
import { asKeyId, asSubjectId } from '../../shared/ids.ts';
import { RUNS } from '../support/runs.ts';
import { useOf } from './keys.ts';

const text = fc.string({ unit: fc.oneof(fc.constantFrom('', '\0', '|', 'a', '\u0001'), fc.string()) });
const part: fc.Arbitrary<Part> = fc.oneof(
  text.filter((one) => one.isWellFormed()),
  fc.uint8Array({ maxLength: 12 }),
  fc.nat(),
  fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
);

/** Reads the encoding back, which is only possible when it is injective. */
function decode(bytes: Buffer): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 5 + bytes.readUInt32BE(at + 1);
    const body = bytes.subarray(at + 5, end);
    const type = bytes[at];
    if (type === 3) expect(body).toHaveLength(8);
    parts.push(type === 1 ? body.toString() : type === 3 ? Number(body.readBigUInt64BE()) : body);
    at = end;
  }
  return parts;
}

const plain = (parts: readonly Part[]) => parts.map((one) => (one instanceof Uint8Array ? [...one] : one));

describe('encodeParts', () => {
  it('can be read back, so no two lists have the same encoding', () => {
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        expect(plain(decode(encodeParts(...parts)))).toStrictEqual(plain(parts));
      }),
      RUNS,
    );
  });

  it('distinguishes lists that differ in the end or the type of a part', () => {
    const split = fc.tuple(fc.string(), fc.nat()).map(([all, at]) => {
      const cut = at % (all.length + 1);
      return [all.slice(0, cut), all.slice(cut)] as const;
    });
    fc.assert(
      fc.property(split, split, ([a, b], [c, d]) => {
        const equal = a === c && b === d;
        expect(encodeParts(a, b).equals(encodeParts(c, d))).toBe(equal);
      }),
      RUNS,
    );
    const alike: Part[] = [1, '\0\0\0\0\0\0\0\u0001', Buffer.from([0, 0, 0, 0, 0, 0, 0, 1])];
    expect(new Set(alike.map((one) => encodeParts(one).toString('hex'))).size).toBe(3);
  });

  it.each(['\ud800', 'a\udfffb', '\udc00\ud800'])('refuses the lone surrogate in %j', (bad) => {
    expect(() => encodeParts(bad)).toThrow(RangeError);
    expect(encodeParts('\ufffd')).toHaveLength(8);
    expect(encodeParts('\ud83d\ude00')).toHaveLength(9);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1e21])('refuses the number %s', (bad) => {
    expect(() => encodeParts(bad)).toThrow(RangeError);
    expect(encodeParts(2 ** 53 - 1)).toHaveLength(13);
  });
});

const file = `${process.env['FIELDGATE_VECTORS'] ?? '../shared/vectors'}/crypto/context-ambiguity-pairs.json`;

interface Pair {
  a: Record<string, string | number>;
  b: Record<string, string | number>;
  relation: string;
  why: string;
}

describe.skipIf(!existsSync(file))(
  'context pairs that others confuse (skipped where they are absent)',
  () => {
    const pairs: Pair[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];

    /** Members by name as a list of parts; `null` if the encoding refuses one. */
    const encode = (context: Pair['a']) => {
      const members = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
      try {
        return encodeParts(members.length, ...members.flat()).toString('hex');
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        return null;
      }
    };

    it.each(pairs)('$why: $relation', ({ a, b, relation }) => {
      const [left, right] = [encode(a), encode(b)];
      if (relation.startsWith('reject')) expect(left).toBeNull();
      if (relation === 'reject both') expect(right).toBeNull();
      else if (relation.startsWith('same')) expect(left).toBe(right);
      else expect(left).not.toBe(right);
    });

    const named = pairs.filter(({ a, b }) =>
      [a['subject'], a['field'], b['subject'], b['field']].every((one) => typeof one === 'string'),
    );
    it.each(named)('as AAD, $why: $relation', ({ a, b, relation }) => {
      const keyId = useOf().keyId;
      const aad = ({ subject, field }: Pair['a']) => {
        const make = fieldAad(
          AES_256_GCM_HKDF_SHA256,
          useOf({ subject: asSubjectId(String(subject)), keyId: asKeyId(keyId) }),
        );
        return Buffer.from(make(String(field)));
      };
      if (relation.startsWith('reject')) expect(() => aad(a)).toThrow(RangeError);
      else expect(aad(a).equals(aad(b))).toBe(a['subject'] === b['subject'] && a['field'] === b['field']);
    });
  },
);
