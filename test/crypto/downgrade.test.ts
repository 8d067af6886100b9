/** A suite can't be exchanged for another one by what is stored. */

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DataKey } from '../../shared/crypto/data-key.ts';
import { keyIdOf, suiteOf } from '../../shared/crypto/field-format.ts';
import { openField } from '../../shared/crypto/open.ts';
import { sealField } from '../../shared/crypto/seal.ts';
import { manifestMac } from '../../shared/crypto/sheet.ts';
import { SUITES, suiteFor } from '../../shared/crypto/suites.ts';
import { broken, keyPair, useOf } from './keys.ts';

describe('a downgrade', () => {
  const pairs = SUITES.map((suite) => keyPair({}, suite));

  it.each(pairs)(
    'by the suite byte of a field opens nothing: $suite.id',
    ({ opening, sealing, suite, use }) => {
      const sealed = sealField(sealing, 'name', '张三');
      for (let id = 0; id < 256; id++) {
        if (id === suite.id) continue;
        const bent = Buffer.from(sealed);
        bent[1] = id;
        broken(() => openField(opening, 'name', bent));
        expect(keyIdOf(bent) === use.keyId && suiteOf(bent) === suite).toBe(false);
      }
    },
  );

  it.each(pairs)('by the form of a commitment makes no key: $suite.id', ({ commitment, raw, use }) => {
    const bare = commitment.subarray(-32);
    const prefixes = ['', 's', 's0.', 's1.', 's2.', 's3.', 'S2.', 's2.s2.', '\x01', '\x02'];
    const forms = prefixes.map((prefix) => Buffer.concat([Buffer.from(prefix), bare]));
    const long = Buffer.concat([raw, raw]);
    for (const form of forms)
      for (const key of [raw, long.subarray(0, 16), long.subarray(0, 32)])
        if (!form.equals(commitment)) broken(() => DataKey.fromStored(use, Buffer.from(key), form));
  });

  it('gives another commitment and another manifest for the same bytes of key and the same use', () => {
    const raw = randomBytes(16);
    const use = useOf();
    // As a suite whose data key has as many bytes would be.
    const same = SUITES.map((suite) => ({ ...suite, keyBytes: 16 }) as const);
    const keys = same.map((suite) => DataKey.fromRaw(use, Buffer.from(raw), suite));
    const made = keys.flatMap((key) => [key.commitment.subarray(-32), manifestMac(key, new Map())]);
    expect(new Set(made.map((bytes) => bytes.toString('hex'))).size).toBe(made.length);
  });
});

it('a process seals only by the word of a setting, and never by another suite', () => {
  expect(suiteFor('standard').id).toBe(1);
  expect(suiteFor('national').id).toBe(2);
  for (const word of ['', 'National', '2', 'sm4', 'constructor'])
    expect(() => suiteFor(word)).toThrow(/cryptography/);
});
