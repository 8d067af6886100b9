import { generateKeyPairSync } from 'node:crypto';
import { compactDecrypt } from 'jose';
import { expect, it } from 'vitest';
import { encryptTo } from '../../shared/keys/jwe.ts';

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

it('is opened by another library, with its header, whatever the text', async () => {
  for (const text of ['', 'x', '名'.repeat(5000)]) {
    const sealed = encryptTo(keys.publicKey, { kid: 'k', cty: 'JWS' }, text);
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, keys.privateKey);
    expect(Buffer.from(plaintext).toString()).toBe(text);
    expect(protectedHeader).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM', kid: 'k', cty: 'JWS' });
    expect(Object.keys(protectedHeader['epk'] ?? {}).sort()).toEqual(['crv', 'kty', 'x', 'y']);
  }
});

it('never has the same ephemeral key or nonce, and one changed byte opens nothing', async () => {
  const [one, two] = [1, 2].map(() => encryptTo(keys.publicKey, { cty: 'JWS' }, 'text').split('.'));
  expect([one?.[0], one?.[2]]).not.toEqual([two?.[0], two?.[2]]);
  expect(one?.[0]).not.toBe(two?.[0]);
  expect(one?.[1]).toBe('');
  for (const at of [0, 2, 3, 4]) {
    const changed = [...(one ?? [])];
    const part = changed[at] ?? '';
    changed[at] = `${part.slice(0, -2)}${part.at(-2) === 'A' ? 'B' : 'A'}${part.slice(-1)}`;
    await expect(compactDecrypt(changed.join('.'), keys.privateKey)).rejects.toThrow();
  }
});

it('is refused for a key on another curve', () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
  expect(() => encryptTo(other, { cty: 'JWS' }, 'text')).toThrow();
});
