/** Sealing to X-Wing, both ways against the HPKE of python3-cryptography, which others wrote. */
import { execFileSync, spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { ml_kem768_x25519 } from '@noble/post-quantum/hybrid.js';
import { describe, expect, it } from 'vitest';
import { encryptTo } from '../../functions/steps/encrypt-to.ts';
import {
  hybridKey,
  newHybridKey,
  newHybridSeed,
  openHybrid,
  publicJwk,
} from '../../shared/client/wire/hybrid.ts';
import { readHybridJwk } from '../../shared/identity/hybrid-key.ts';
import { sealHybrid } from '../../shared/keys/hybrid.ts';

const TEXT = '姓名：薛建林 🙂';
const seed = newHybridSeed();
const key = await hybridKey({ ...seed });
const seal = (text: string) => encryptTo({ ...publicJwk(key), kid: 'k' }, text);

const PYTHON = `
import base64, hashlib, sys
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite
way, seed, pub, text = sys.argv[1:]
of = lambda t: base64.urlsafe_b64decode(t + '=' * (-len(t) % 4))
halves = hashlib.shake_256(of(seed)).digest(96)
x25519 = X25519PrivateKey.from_private_bytes(halves[64:])
private = MLKEM768X25519PrivateKey(MLKEM768PrivateKey.from_seed_bytes(halves[:64]), x25519)
suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
head = b'\\x01\\x64\\x7a' + hashlib.sha256(of(pub)).digest()
info = b'application/fieldgate-sealed' + head
if way == 'open':
    sys.stdout.buffer.write(suite.decrypt(of(text)[35:], private, info))
else:
    sealed = head + suite.encrypt(text.encode(), private.public_key(), info)
    print(base64.urlsafe_b64encode(sealed).decode().rstrip('='), end='')
`;
type Recipient = Parameters<typeof sealHybrid>[0];
const python = (way: string, text: string) =>
  execFileSync('python3', ['-c', PYTHON, way, seed.priv, publicJwk(key).pub, text], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
const asked = 'from cryptography.hazmat.primitives.hpke import KEM; KEM.MLKEM768_X25519';
const hasPython = spawnSync('python3', ['-c', asked]).status === 0;

describe('sealed to a hybrid key', () => {
  it.skipIf(!hasPython)('opens with python3-cryptography 48 (skipped without it)', () => {
    expect(python('open', seal(TEXT))).toBe(TEXT);
  });

  it.skipIf(!hasPython)('by python3-cryptography 48, it opens here (skipped without it)', async () => {
    expect(await openHybrid(key, python('seal', TEXT))).toBe(TEXT);
  });

  it('opens with a key of a file and with one of a page, in no two calls alike', async () => {
    const page = await newHybridKey();
    const once = encryptTo({ ...publicJwk(page), kid: 'k' }, TEXT);
    expect(await openHybrid(page, once)).toBe(TEXT);
    expect(await openHybrid(key, seal(TEXT))).toBe(TEXT);
    expect(seal(TEXT)).not.toBe(seal(TEXT));
    await expect(openHybrid(page, seal(TEXT))).rejects.toThrow();
  });

  // Version, KEM, recipient, ML-KEM's part, X25519's part, text, tag.
  it.each([0, 1, 10, 100, 35 + 1088 + 3, 35 + 1120 + 1, -1])('a bent byte %i opens nothing', async (at) => {
    const bytes = Buffer.from(seal(TEXT), 'base64url');
    const place = at < 0 ? bytes.length + at : at;
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    await expect(openHybrid(key, bytes.toString('base64url'))).rejects.toThrow();
  });

  it('neither a cut text nor the encapsulation of another answer opens', async () => {
    const [one, other] = [seal(TEXT), seal('another')].map((text) => Buffer.from(text, 'base64url'));
    const mixed = Buffer.concat([
      one?.subarray(0, 35 + 1120) ?? [],
      other?.subarray(35 + 1120) ?? [],
    ] as Buffer[]);
    for (const bytes of [mixed, one?.subarray(0, -1), one?.subarray(0, 500), Buffer.alloc(0)])
      await expect(openHybrid(key, (bytes as Buffer).toString('base64url'))).rejects.toThrow();
  });

  it('nothing opens of which half of the secret was agreed with another key', async () => {
    const [own, other] = [key, await hybridKey({ ...newHybridSeed() })].map((one) =>
      readHybridJwk({ ...publicJwk(one) }),
    ) as unknown as [Recipient, Recipient];
    expect(await openHybrid(key, sealHybrid({ ...own }, TEXT))).toBe(TEXT);
    for (const half of [{ kem: other.kem }, { x25519: other.x25519 }])
      await expect(openHybrid(key, sealHybrid({ ...own, ...half }, TEXT))).rejects.toThrow();
  });

  it('a key that is none is refused, and not sealed to in another way', () => {
    const { pub } = publicJwk(key);
    const raw = Buffer.from(pub, 'base64url');
    const of = (bytes: Uint8Array) => ({ ...publicJwk(key), pub: Buffer.from(bytes).toString('base64url') });
    const bad: Record<string, object> = {
      'a point of small order': of(Buffer.concat([raw.subarray(0, 1184), Buffer.alloc(32)])),
      'no key of ML-KEM': of(Buffer.concat([Buffer.alloc(1184, 255), raw.subarray(1184)])),
      'a byte too few': of(raw.subarray(1)),
      'a private part': { ...publicJwk(key), priv: seed.priv },
      'another algorithm': { ...publicJwk(key), alg: 'ML-KEM-768' },
      'a point on P-256': { kty: 'AKP', alg: 'X-Wing', crv: 'P-256', x: 'AA', y: 'AA' },
    };
    for (const [what, jwk] of Object.entries(bad)) {
      expect([what, readHybridJwk(jwk as never)]).toEqual([what, null]);
      expect(() => encryptTo({ ...jwk, kid: 'k' } as never, TEXT), what).toThrow();
    }
  });

  // The first of draft-connolly-cfrg-xwing-kem; the long ones by their SHA-256.
  it('keeps to the vector of the draft, whose encapsulation noble makes from its random bytes', async () => {
    const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
    const from = hex('7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26');
    const random =
      '3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e235b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2';
    const priv = Buffer.from(from).toString('base64url');
    const own = await hybridKey({ kty: 'AKP', alg: 'X-Wing', priv });
    expect(hash('sha256', own.raw)).toBe('2e816deebcd76c5c80d0cd2d174478871658e8e2ff42bc9d4a6e486372e856bb');
    const { cipherText, sharedSecret } = ml_kem768_x25519.encapsulate(own.raw, hex(random));
    expect(hash('sha256', cipherText)).toBe(
      '17cd532d657e44c897ca6583e548a5424fc70bf54f99515a4d2bcf99e3469f33',
    );
    expect(Buffer.from(sharedSecret).toString('hex')).toBe(
      'd2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384',
    );
    expect(Buffer.from(await own.decapsulate(cipherText))).toEqual(Buffer.from(sharedSecret));
    const read = readHybridJwk({ ...publicJwk(own) });
    expect(await openHybrid(own, sealHybrid(read as NonNullable<typeof read>, TEXT))).toBe(TEXT);
  });
});
