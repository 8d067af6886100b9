import { createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { DataKey } from '../../shared/crypto/data-key.ts';
import { derivationInfo } from '../../shared/crypto/place.ts';
import { AES_256_GCM_HKDF_SHA256 as SUITE, SUITES } from '../../shared/crypto/suites.ts';
import { asKeyId } from '../../shared/ids.ts';
import { readModules } from '../architecture/modules.ts';
import { keyPair, useOf } from './keys.ts';

const cases = SUITES.map((suite) => {
  const { raw, use, sealing, opening } = keyPair({}, suite);
  const derived = ['encryption', 'authentication', 'manifest'].map((label) => {
    const info = derivationInfo(suite, use)(`fieldgate ${label} v1`);
    return Buffer.from(hkdfSync(suite.hash, createSecretKey(raw), Buffer.alloc(0), info, 32));
  });
  return { suite, raw, sealing, opening, derived };
});
const secrets = cases.flatMap(({ raw, derived }) => [
  raw,
  ...derived,
  ...derived.map((key) => key.subarray(0, 16)),
]);

/** Any form in which a dump could show a key. */
function shows(text: string): boolean {
  return secrets.some((secret) => {
    const list = [...secret];
    return [
      secret.toString('hex'),
      secret.toString('hex').replace(/..(?!$)/g, '$& '),
      secret.toString('base64url'),
      secret.toString('base64'),
      secret.toString('latin1'),
      list.join(','),
      list.join(', '),
      list.slice(0, 6).join(', '),
    ].some((form) => text.includes(form) || text.replace(/\s+/g, ' ').includes(form));
  });
}

describe.each(
  cases.flatMap(({ suite, raw, sealing, opening }) => [
    { state: 'new', suite, raw, key: sealing },
    { state: 'unwrapped', suite, raw, key: opening },
  ]),
)('a data key of suite $suite.id, $state', ({ key, raw }) => {
  it('shows nothing in inspection, however deep', () => {
    expect(shows(inspect({ bytes: [...raw] }, { maxArrayLength: null }))).toBe(true);
    for (const customInspect of [true, false]) {
      for (const getters of [true, false]) {
        const options = { showHidden: true, depth: null, getters, customInspect, maxArrayLength: null };
        expect(shows(inspect({ key, list: [key] }, options))).toBe(false);
        expect(shows(inspect(Object.assign(new Error('failed'), { key }), options))).toBe(false);
      }
    }
    expect(inspect(key)).toBe('DataKey');
  });

  it('shows nothing in JSON, text, copies and clones', () => {
    expect(JSON.stringify({ key })).toBe('{"key":"DataKey"}');
    expect(shows(`${key}${String(key)}${Object.entries(key)}`)).toBe(false);
    expect(shows(inspect({ ...key }, { depth: null }))).toBe(false);
    expect(shows(serialize({ ...key }).toString('latin1'))).toBe(false);
    expect(shows(inspect(structuredClone(key), { showHidden: true, depth: null }))).toBe(false);
    const names = Object.getOwnPropertyNames(Object.getPrototypeOf(key)).sort();
    expect([Object.keys(key), names]).toEqual([
      ['use', 'suite'],
      ['commitment', 'constructor', 'toJSON'],
    ]);
  });

  it('cannot be moved to another use, nor its commitment be changed', () => {
    expect(Object.isFrozen(key.use) && Object.isFrozen(key.use.place)).toBe(true);
    key.commitment.fill(0);
    expect(key.commitment.some((byte) => byte !== 0)).toBe(true);
  });
});

describe('the raw bytes', () => {
  const zero = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);

  it('are overwritten once the key exists', () => {
    const bytes = randomBytes(32);
    DataKey.fromRaw(useOf(), bytes, SUITE);
    expect(zero(bytes)).toBe(true);
  });

  it('are overwritten when the key is refused', () => {
    const [a, b, c, d] = [randomBytes(32), randomBytes(31), randomBytes(32), randomBytes(32)];
    expect(() => DataKey.fromStored(useOf(), a, Buffer.alloc(32))).toThrow();
    expect(() => DataKey.fromStored(useOf(), d, Buffer.alloc(9))).toThrow();
    expect(() => DataKey.fromRaw(useOf(), b, SUITE)).toThrow(RangeError);
    expect(() => DataKey.fromRaw(useOf({ keyId: asKeyId('no key id') }), c, SUITE)).toThrow(RangeError);
    expect([a, b, c, d].every(zero)).toBe(true);
  });

  it('are overwritten in the part of a larger buffer that they are', () => {
    const page = randomBytes(96);
    const around = Buffer.concat([page.subarray(0, 32), page.subarray(64)]);
    DataKey.fromRaw(useOf(), page.subarray(32, 64), SUITE);
    expect(zero(page.subarray(32, 64))).toBe(true);
    expect(Buffer.concat([page.subarray(0, 32), page.subarray(64)]).equals(around)).toBe(true);
  });
});

it.each(cases)(
  'the keys of suite $suite.id are derived under distinct labels, none of them the data key',
  (one) => {
    const all = [one.raw, ...one.derived, one.sealing.commitment.subarray(-32)];
    expect(new Set(all.map((bytes) => bytes.toString('hex', 0, 16))).size).toBe(5);
  },
);

describe('only', () => {
  const importers = (target: RegExp, name: string) =>
    readModules()
      .filter(({ imports, text }) => imports.some((one) => target.test(one)) && text.includes(name))
      .map(({ file }) => file);

  it('this folder reads the content of a key', () => {
    const files = importers(/^shared\/crypto\/data-key\.ts$/, 'secretsOf');
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !file.startsWith('shared/crypto/'))).toEqual([]);
  });

  it('sealField may choose a nonce', () => {
    expect(importers(/^shared\/crypto\/seal-with-nonce\.ts$/, '')).toEqual(['shared/crypto/seal.ts']);
  });

  it('one place calls AES-GCM, HKDF and HMAC for fields', () => {
    const calls = readModules().filter(
      ({ file, text }) =>
        file.startsWith('shared/crypto/') &&
        /\b(createCipheriv|createDecipheriv|createHmac|hkdfSync)\(/.test(text),
    );
    expect(calls.map(({ file }) => file)).toEqual(['shared/crypto/open.ts', 'shared/crypto/primitives.ts']);
  });
});
