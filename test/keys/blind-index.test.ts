import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack } from '../../functions/session/policy.ts';
import { blindIndexes, type IndexedKey, renewIndex } from '../../shared/keys/blind-index.ts';
import { normaliseKey } from '../../shared/policy/check/validate.ts';
import { RUNS } from '../support/runs.ts';
import { stubKms } from './stub-kms.ts';

const { kms, messages } = stubKms(
  new Map(['k1', 'k2', 'k3'].map((name) => [name, randomBytes(32)] as const)),
);
const ID = '99000120130506001X';
const KEY: IndexedKey = { collection: 'children', field: 'id_number', scope: '', value: ID };
const index = async (changes: Partial<IndexedKey> = {}, keys = 'k1') =>
  (await blindIndexes(kms, keys, { ...KEY, ...changes }))[0];

describe('an index value', () => {
  it('is the same for the same key and differs for every part', async () => {
    expect(await index()).toBe(await index());
    expect(await index()).toMatch(/^1\.[\w-]{43}$/);
    const all = await Promise.all([
      index(),
      index({ collection: 'adults' }),
      index({ field: 'local_id' }),
      index({ scope: 'MCA' }),
      index({ value: `${ID} ` }),
      index({ value: '' }),
      index({ field: 'id_numbe', scope: 'r' }),
      index({ field: 'id_number9', value: ID.slice(1) }),
      index({ scope: ID, value: '' }),
    ]);
    expect(new Set(all).size).toBe(all.length);
  });

  it('is injective over all its parts: property', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 6 }).filter((one) => one.isWellFormed());
    const key = fc.record({ collection: text, field: text, scope: text, value: text });
    await fc.assert(
      fc.asyncProperty(key, key, async (a, b) => {
        const alike = JSON.stringify(Object.values(a)) === JSON.stringify(Object.values(b));
        expect((await index(a)) === (await index(b))).toBe(alike);
      }),
      RUNS,
    );
  });

  it('refuses a lone surrogate, which would stand for many values', async () => {
    await expect(index({ value: 'a\ud800' })).rejects.toThrow(RangeError);
  });

  it('costs one GenerateMac over a digest, so no value goes to KMS', async () => {
    messages();
    await index();
    expect(messages().map((message) => message.length)).toEqual([32]);
  });

  it('comes from the normalised value', async () => {
    const forms = [
      ID,
      ` ${ID.toLowerCase()} `,
      '９９０００１２０１３０５０６００１Ｘ',
      '990001 20130506 001x',
    ];
    const values = forms.map((form) => normaliseKey(pack, 'id_number', form));
    expect(new Set(values)).toEqual(new Set([ID]));
  });
});

describe('a new index key', () => {
  it('puts its value first and keeps the older ones for look-ups', async () => {
    const [one] = await blindIndexes(kms, 'k1', KEY);
    const two = await blindIndexes(kms, 'k1 k2', KEY);
    const three = await blindIndexes(kms, 'k1 k2 k3', KEY);
    expect(two.slice(1)).toEqual([one]);
    expect(three.slice(1)).toEqual(two);
    expect(three.map((value) => value.split('.')[0])).toEqual(['3', '2', '1']);
  });

  it('renews an old entry from its own value, without the match key', async () => {
    const [three, two, one] = await blindIndexes(kms, 'k1 k2 k3', KEY);
    expect(await renewIndex(kms, 'k1 k2 k3', one as string)).toBe(three);
    expect(await renewIndex(kms, 'k1 k2 k3', two as string)).toBe(three);
    expect(await renewIndex(kms, 'k1 k2', one as string)).toBe(two);
  });

  it('leaves a new entry as it is, without a call', async () => {
    const [newest] = await blindIndexes(kms, 'k1 k2', KEY);
    messages();
    expect(await renewIndex(kms, 'k1 k2', newest)).toBe(newest);
    expect(messages()).toEqual([]);
  });

  it.each(['', '1.', '0.AAAA', `3.${'A'.repeat(43)}`, `1.${'A'.repeat(42)}B`, `01.${'A'.repeat(43)}`, ID])(
    'renews nothing that is not an index value of its versions: %j',
    async (bad) => {
      await expect(renewIndex(kms, 'k1 k2', bad)).rejects.toThrow(RangeError);
      await expect(renewIndex(kms, 'k1 k2', `1.${'A'.repeat(43)}`)).resolves.toMatch(/^2\./);
    },
  );
});
