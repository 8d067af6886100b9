/** Suite 2 against the examples of its standards, against frozen bytes, and both ways against what others wrote. */

import { execFileSync, spawnSync } from 'node:child_process';
import { createCipheriv, createSecretKey, hash, hkdfSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DataKey } from '../../shared/crypto/data-key.ts';
import { SealBroken } from '../../shared/crypto/field-format.ts';
import { decrypt, openField } from '../../shared/crypto/open.ts';
import { encryptInto, expand, extract, mac } from '../../shared/crypto/primitives.ts';
import { sealWithNonce } from '../../shared/crypto/seal-with-nonce.ts';
import { manifestMac, sheetDigest } from '../../shared/crypto/sheet.ts';
import { SM4_CTR_HMAC_SM3 as SUITE } from '../../shared/crypto/suites.ts';
import { asKeyId, asLogId, asSubjectId } from '../../shared/ids.ts';
import { id } from './keys.ts';

const PYTHON = '/usr/bin/python3';
const OUTSIDE = new URL('suite_2.py', import.meta.url).pathname;
const there = spawnSync(PYTHON, ['-c', 'from cryptography.hazmat.primitives.hashes import SM3']).status === 0;
const openssl = spawnSync('openssl', ['dgst', '-sm3'], { input: '' }).status === 0;
const hex = (text: string) => Buffer.from(text, 'hex');

describe('the primitives', () => {
  it.each([
    ['abc', '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'],
    ['abcd'.repeat(16), 'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732'],
  ])('SM3 of an example of GB/T 32905: %s', (text, digest) => {
    expect(hash(SUITE.hash, text)).toBe(digest);
  });

  it('SM4 of the example of GB/T 32907, once and a million times', () => {
    const example = '0123456789abcdeffedcba9876543210';
    const cipher = createCipheriv('sm4-ecb', hex(example), null).setAutoPadding(false);
    let block = cipher.update(hex(example));
    expect(block.toString('hex')).toBe('681edf34d206965e86b3e94f536e4246');
    // In one stream of CBC without a chain each block is the cipher of the one before.
    const chained = createCipheriv('sm4-cbc', hex(example), block).setAutoPadding(false);
    block = chained.update(Buffer.alloc(16 * 999_999)).subarray(-16);
    expect(block.toString('hex')).toBe('595298c7c6fd271f0402f804c33d3f66');
  });

  it('HMAC-SM3 of the example of GM/T 0042', () => {
    const key = createSecretKey(Buffer.from(Array.from({ length: 32 }, (_, i) => i + 1)));
    const text = 'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'.repeat(2);
    expect(mac(SUITE, key, Buffer.from(text)).toString('hex')).toBe(
      'ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a',
    );
  });

  it('HKDF is that of the platform, for any data key', () => {
    const [raw, info] = [randomBytes(16), randomBytes(200)];
    const made = expand(SUITE, extract(SUITE, raw), info);
    expect(made.equals(Buffer.from(hkdfSync('sm3', raw, Buffer.alloc(0), info, 32)))).toBe(true);
  });

  it.skipIf(!openssl)(
    'the openssl command makes the same ciphertext and tag (skipped without openssl)',
    () => {
      const [key, macKey, nonce, body] = [randomBytes(16), randomBytes(32), randomBytes(16), randomBytes(96)];
      const keys = { encryption: createSecretKey(key), authentication: createSecretKey(macKey) };
      const out = Buffer.alloc(body.length + 32);
      encryptInto(out, 0, SUITE, keys, { nonce, aad: Buffer.from('aad'), body });
      const run = (args: string[], input: Buffer) => execFileSync('openssl', args, { input });
      const theirs = run(['enc', '-sm4-ctr', '-K', key.toString('hex'), '-iv', nonce.toString('hex')], body);
      const part = (bytes: Buffer) => Buffer.concat([Buffer.of(2, 0, 0, 0, bytes.length), bytes]);
      const covered = Buffer.concat([Buffer.from('aad'), nonce, theirs].map(part));
      const words = [
        'dgst',
        '-sm3',
        '-binary',
        '-mac',
        'hmac',
        '-macopt',
        `hexkey:${macKey.toString('hex')}`,
      ];
      expect(out.toString('hex')).toBe(Buffer.concat([theirs, run(words, covered)]).toString('hex'));
    },
  );

  it('nothing is deciphered under a wrong tag, be it as long as it will', () => {
    const keys = {
      encryption: createSecretKey(randomBytes(16)),
      authentication: createSecretKey(randomBytes(32)),
    };
    const about = { nonce: randomBytes(16), aad: Buffer.from('aad') };
    const out = Buffer.alloc(64);
    encryptInto(out, 0, SUITE, keys, { ...about, body: Buffer.alloc(32) });
    const [body, tag] = [out.subarray(0, 32), out.subarray(32)];
    expect(decrypt(SUITE, keys, { ...about, body, tag })).toEqual(Buffer.alloc(32));
    for (let length = 0; length < 32; length++)
      expect(decrypt(SUITE, keys, { ...about, body, tag: tag.subarray(0, length) })).toBeNull();
    expect(decrypt(SUITE, keys, { ...about, body, tag: Buffer.concat([tag, Buffer.alloc(1)]) })).toBeNull();
    // What one part gives to its neighbour.
    const moved = { nonce: Buffer.concat([about.nonce, body.subarray(0, 1)]), aad: about.aad };
    expect(decrypt(SUITE, keys, { ...moved, body: body.subarray(1), tag })).toBeNull();
    expect(() => decrypt(SUITE, { ...keys, authentication: null }, { ...about, body, tag })).toThrow(
      TypeError,
    );
  });
});

const file = new URL('../vectors/envelope-v1-suite-2.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: { asked: Asked; answer: Answer }[] };

interface Asked {
  raw: string;
  use: Record<'collection' | 'subject' | 'owner' | 'class' | 'keyId' | 'logId' | 'at', string> & {
    version: number;
    asOf?: Record<string, string>;
  };
  /** To be opened, sealed with these nonces, and sealed although they are no padded text. */
  sealed: Record<string, string>;
  values: Record<string, { value: unknown; nonce: string }>;
  padded: Record<string, string>;
}
interface Answer {
  commitment: string;
  opened: Record<string, { value: unknown } | null>;
  sealed: Record<string, string>;
  authentic: Record<string, string>;
  manifest: string;
  digest: string;
}

/** What this implementation makes of the same question; what others seal without padding it refuses. */
function ours({ raw, use, sealed, values }: Asked): Omit<Answer, 'authentic'> {
  const { collection, subject, owner, class: name, keyId, logId, version, at, asOf } = use;
  const whole = {
    place: { collection, subject: asSubjectId(subject), owner, class: name },
    ...{ keyId: asKeyId(keyId), logId: asLogId(logId), version, at },
    ...(asOf && { asOf: new Map(Object.entries(asOf)) }),
  };
  const sealing = DataKey.fromRaw(whole, hex(raw), SUITE);
  const opening = DataKey.fromStored(whole, hex(raw), sealing.commitment);
  const opened = Object.entries(sealed).map(([field, bytes]) => [field, tryOpen(opening, field, hex(bytes))]);
  const made = Object.entries(values).map(
    ([field, { value, nonce }]) => [field, sealWithNonce(sealing, field, value, hex(nonce))] as const,
  );
  const fields = new Map(made);
  const manifest = manifestMac(sealing, fields);
  const sheet = { collection, subject: asSubjectId(subject), owner, version, fields };
  const manifests = new Map([[name, { keyId: asKeyId(keyId), mac: manifest }]]);
  return {
    commitment: sealing.commitment.toString('hex'),
    opened: Object.fromEntries(opened),
    sealed: Object.fromEntries(made.map(([field, bytes]) => [field, bytes.toString('hex')])),
    manifest: manifest.toString('hex'),
    digest: sheetDigest(SUITE, { ...sheet, manifests }),
  };
}

function tryOpen(key: DataKey, field: string, sealed: Buffer) {
  try {
    return { value: openField(key, field, sealed) };
  } catch (error) {
    expect(error).toBeInstanceOf(SealBroken);
    return null;
  }
}

function theirs(asked: readonly Asked[]): Answer[] {
  const input = asked.map((one) => `${JSON.stringify(one)}\n`).join('');
  const lines = execFileSync(PYTHON, [OUTSIDE], { input, encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

describe('the frozen bytes', () => {
  it.each(cases)('are those of this implementation: $asked.use.class', ({ asked, answer }) => {
    const { authentic, ...rest } = answer;
    expect(ours(asked)).toStrictEqual(rest);
    for (const [what, bytes] of Object.entries(authentic)) {
      const { opened } = ours({ ...asked, sealed: { name: bytes } });
      expect([what, opened['name']]).toEqual([what, null]);
    }
    expect(Object.values(answer.opened).filter((one) => one !== null).length).toBeGreaterThan(3);
  });

  it.skipIf(!there)('are those of another one (skipped without python3-cryptography)', () => {
    expect(theirs(cases.map(({ asked }) => asked))).toStrictEqual(cases.map(({ answer }) => answer));
  });
});

describe.skipIf(!there)('another implementation (skipped without python3-cryptography)', () => {
  it('opens what this one seals, and seals what this one opens, byte for byte', () => {
    const texts = ['', '张三', '甲'.repeat(5000), 'x'.repeat(31), null, false, 0, [1, { two: 'b' }]];
    const asked = [1, 2, 3].map((version): Asked => {
      const values = texts.map((value, i) => [
        `field_${i}`,
        { value, nonce: randomBytes(16).toString('hex') },
      ]);
      const use = {
        ...{ collection: 'children', subject: id(), owner: 'MCA', class: 'facts' },
        ...{ keyId: id(), logId: id(), version, at: '2026-03-02T08:00:00.000Z' },
        ...(version === 3 && { asOf: { field_1: '2026-01-01T00:00:00.000Z' } }),
      };
      const one = {
        raw: randomBytes(16).toString('hex'),
        use,
        values: Object.fromEntries(values),
        padded: {},
      };
      const { sealed } = ours({ ...one, sealed: {} });
      // One of another field, which neither opens.
      return { ...one, sealed: { ...sealed, another: sealed['field_1'] ?? '' } };
    });
    for (const [i, { authentic: _, ...answer }] of theirs(asked).entries()) {
      expect(answer).toStrictEqual(ours(asked[i] as Asked));
      expect(answer.opened).toEqual({
        ...Object.fromEntries(texts.map((value, at) => [`field_${at}`, { value }])),
        another: null,
      });
    }
  });
});
