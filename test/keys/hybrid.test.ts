/** Sealing to X-Wing, both ways against the HPKE of python3-cryptography, which others wrote. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
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

  const vectors = `${process.env['FIELDGATE_VECTORS'] ?? '../shared/vectors'}/crypto/xwing.json`;
  it.skipIf(!existsSync(vectors))(
    `keeps to the vectors of the draft (skipped without ${vectors})`,
    async () => {
      for (const { seed: from, pk, ct, ss } of JSON.parse(readFileSync(vectors, 'utf8'))) {
        const priv = Buffer.from(from, 'hex').toString('base64url');
        const own = await hybridKey({ kty: 'AKP', alg: 'X-Wing', priv });
        expect(Buffer.from(own.raw).toString('hex')).toBe(pk);
        const secret = await own.decapsulate(Uint8Array.from(Buffer.from(ct, 'hex')));
        expect(Buffer.from(secret).toString('hex')).toBe(ss);
        const read = readHybridJwk({ ...publicJwk(own) });
        expect(await openHybrid(own, sealHybrid(read as NonNullable<typeof read>, TEXT))).toBe(TEXT);
      }
    },
  );
});
