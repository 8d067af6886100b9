import { createSecretKey, hkdfSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decrypt } from '../../shared/crypto/open.ts';
import { encryptInto, expand, extract, mac } from '../../shared/crypto/primitives.ts';
import { AES_256_GCM_HKDF_SHA256 as SUITE } from '../../shared/crypto/suites.ts';

const folder = process.env['FIELDGATE_VECTORS'] ?? '../shared/vectors';
const read = (name: string) =>
  existsSync(`${folder}/${name}`) ? JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) : null;
const hex = (text: string) => Buffer.from(text, 'hex');

interface Group<Test> {
  keySize: number;
  ivSize: number;
  tagSize: number;
  tests: Test[];
}
type Verdict = { tcId: number; comment: string; result: 'valid' | 'invalid' | 'acceptable' };
type Gcm = Verdict & Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag', string>;
type Hkdf = Verdict & Record<'ikm' | 'salt' | 'info' | 'okm', string> & { size: number };
type Hmac = Verdict & Record<'key' | 'msg' | 'tag', string>;

const gcm: { testGroups: Group<Gcm>[] } | null = read('wycheproof/aes_gcm_test.json');
describe.skipIf(!gcm)('Wycheproof AES-GCM (skipped if absent)', () => {
  const ours = ({ keySize, ivSize, tagSize }: Group<Gcm>) =>
    keySize === 256 && ivSize === 96 && tagSize === 128;
  const cases = gcm?.testGroups.filter(ours).flatMap(({ tests }) => tests) ?? [];

  it('has cases for our suite', () => {
    expect(cases.length).toBeGreaterThan(50);
    expect(cases.filter(({ result }) => result === 'invalid').length).toBeGreaterThan(10);
  });

  it.each(cases)('$tcId $comment: $result', ({ key, iv, aad, msg, ct, tag, result }) => {
    const secret = { encryption: createSecretKey(hex(key)), authentication: null };
    const about = { nonce: hex(iv), aad: hex(aad) };
    const opened = decrypt(SUITE, secret, { ...about, body: hex(ct), tag: hex(tag) });
    expect(opened?.toString('hex')).toBe(result === 'valid' ? msg : undefined);
    if (result !== 'valid') return;
    const out = Buffer.alloc(hex(msg).length + 16);
    encryptInto(out, 0, SUITE, secret, { ...about, body: hex(msg) });
    expect(out.toString('hex')).toBe(ct + tag);
  });

  it('never accepts a tag of another length, though node would', () => {
    const [one] = cases.filter(({ result }) => result === 'valid');
    const { key, iv, aad, ct, tag } = one ?? expect.fail();
    for (const length of [0, 4, 8, 12, 13, 14, 15]) {
      const sealed = { nonce: hex(iv), aad: hex(aad), body: hex(ct), tag: hex(tag).subarray(0, length) };
      const keys = { encryption: createSecretKey(hex(key)), authentication: null };
      expect(decrypt(SUITE, keys, sealed)).toBeNull();
    }
  });
});

const hkdf: { testGroups: Group<Hkdf>[] } | null = read('wycheproof/hkdf_sha256_test.json');
describe.skipIf(!hkdf)('Wycheproof HKDF-SHA-256 without salt (skipped if absent)', () => {
  const all = hkdf?.testGroups.flatMap(({ tests }) => tests) ?? [];
  // Our derivations make 32 bytes; a shorter output is its beginning, and a longer one begins with it.
  const cases = all.filter(({ salt, result }) => salt === '' && result === 'valid');

  it.each(cases)('$tcId $comment', ({ ikm, info, size, okm }) => {
    const made = expand(SUITE, extract(SUITE, hex(ikm)), hex(info));
    const common = Math.min(size, 32);
    expect(made.subarray(0, common).toString('hex')).toBe(okm.slice(0, common * 2));
  });
});

interface Rfc5869 {
  name: string;
  ikm_hex: string;
  salt_hex: string;
  info_hex: string;
  L: number;
  okm_hex: string;
}
const rfc: Rfc5869[] | null = read('crypto/rfc5869-hkdf-sha256.json');
describe.skipIf(!rfc)('RFC 5869 (skipped if absent)', () => {
  it.each(rfc ?? [])('$name', ({ ikm_hex, salt_hex, info_hex, L, okm_hex }) => {
    const made = hkdfSync('sha256', hex(ikm_hex), hex(salt_hex), hex(info_hex), L);
    expect(Buffer.from(made).toString('hex')).toBe(okm_hex);
    if (salt_hex) return;
    const ours = expand(SUITE, extract(SUITE, hex(ikm_hex)), hex(info_hex));
    expect(ours.toString('hex')).toBe(okm_hex.slice(0, 64));
  });
});

const hmac: { testGroups: Group<Hmac>[] } | null = read('wycheproof/hmac_sha256_test.json');
describe.skipIf(!hmac)('Wycheproof HMAC-SHA-256 with whole tags (skipped if absent)', () => {
  const cases = hmac?.testGroups.filter(({ tagSize }) => tagSize === 256).flatMap(({ tests }) => tests) ?? [];

  it.each(cases)('$tcId $comment: $result', ({ key, msg, tag, result }) => {
    const made = mac(SUITE, createSecretKey(hex(key)), hex(msg)).toString('hex');
    expect(made === tag).toBe(result === 'valid');
  });
});
