import { generateKeyPairSync } from 'node:crypto';
import { compactDecrypt } from 'jose';
import { expect, it } from 'vitest';
import { encryptTo } from '../../functions/steps/encrypt-to.ts';
import { encryptFor } from '../../shared/keys/jwe.ts';

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const seal = (text: string) => encryptFor(keys.publicKey, { kid: 'k', cty: 'JWS' }, text);
const open = (sealed: string) =>
  compactDecrypt(sealed, keys.privateKey, {
    keyManagementAlgorithms: ['ECDH-ES'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });

it.each(['', 'x', '名'.repeat(5000), 'a'.repeat(3_000_000)])(
  'another library opens what was sealed, with its header',
  async (text) => {
    const { plaintext, protectedHeader } = await open(seal(text));
    expect(Buffer.from(plaintext).toString() === text).toBe(true);
    expect(protectedHeader).toEqual({
      ...{ alg: 'ECDH-ES', enc: 'A256GCM', kid: 'k', cty: 'JWS' },
      epk: { kty: 'EC', crv: 'P-256', x: expect.any(String), y: expect.any(String) },
    });
  },
);

it('no two have the same header, nonce or bytes', () => {
  const parts = Array.from({ length: 200 }, () => seal('text').split('.'));
  for (const at of [0, 2, 3, 4]) expect(new Set(parts.map((all) => all[at])).size).toBe(200);
});

it('a changed part opens nothing', async () => {
  const parts = seal('text').split('.');
  expect(parts[1]).toBe('');
  for (const at of [0, 2, 3, 4]) {
    const changed = parts.with(
      at,
      (parts[at] ?? '').replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
    );
    await expect(open(changed.join('.'))).rejects.toThrow();
  }
  await expect(open(parts.with(1, 'AAAA').join('.'))).rejects.toThrow();
});

it.each([
  generateKeyPairSync('ed25519').publicKey,
  generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey,
  generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey,
])('a key of another kind is refused', (key) => {
  const recipient = { ...key.export({ format: 'jwk' }), kid: 'k', use: 'enc' };
  expect(() => encryptTo(recipient, 'text')).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
});
