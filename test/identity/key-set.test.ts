import { describe, expect, it } from 'vitest';
import { readKeySet } from '../../shared/identity/agencies/jwks-url.ts';
import type { Json } from '../../shared/json.ts';
import { ecKey, edKey, rsaKey } from '../support/jws.ts';

const sig: Record<string, string> = { ...ecKey().jwk, kid: 'sig-1', use: 'sig' };
const enc: Record<string, string> = { ...ecKey().jwk, kid: 'enc-1', use: 'enc' };
const read = (...keys: object[]) => readKeySet({ keys } as Json);

describe('readKeySet', () => {
  it('keeps the members of the keys and drops the rest', () => {
    const dressed = { ...sig, key_ops: ['verify'], x5c: ['AA'], note: 'mine' };
    expect(read(dressed, { ...enc, alg: 'ECDH-ES' })).toEqual([sig, { ...enc, alg: 'ECDH-ES' }]);
  });

  it('accepts Ed25519 and RSA for signing', () => {
    const keys = [edKey(), rsaKey()].map(({ jwk }, n) => ({ ...jwk, kid: `k${n}`, use: 'sig' }));
    expect(read(...keys)).toHaveLength(2);
  });

  it.each<[string, Json]>([
    ['no object', null],
    ['no keys', {}],
    ['an empty list', { keys: [] }],
    ['keys of a prototype', JSON.parse('{"__proto__":{"keys":[]}}')],
    ['21 keys', { keys: Array.from({ length: 21 }, (_, n) => ({ ...sig, kid: `k${n}` })) }],
    ['a key that is no object', { keys: [7] }],
    ['no signing key', { keys: [enc] }],
    ['no kid', { keys: [{ ...ecKey().jwk, use: 'sig' }] }],
    ['a kid of 129 characters', { keys: [{ ...sig, kid: 'k'.repeat(129) }] }],
    ['a kid with a line break', { keys: [{ ...sig, kid: 'a\nb' }] }],
    ['no use', { keys: [{ ...ecKey().jwk, kid: 'a' }] }],
    ['another use', { keys: [{ ...sig, use: 'sign' }] }],
    ['one kid twice', { keys: [sig, { ...enc, kid: 'sig-1' }] }],
    ['one key for both uses', { keys: [sig, { ...sig, kid: 'enc-1', use: 'enc' }] }],
    ['one key twice', { keys: [sig, { ...sig, kid: 'sig-2' }] }],
    ['a private key', { keys: [{ ...sig, d: 'AA' }] }],
    ['a symmetric key', { keys: [{ kty: 'oct', k: 'AA', kid: 'a', use: 'sig' }] }],
    ['a point off the curve', { keys: [{ ...sig, y: sig['x'] ?? '' }] }],
    ['P-384', { keys: [{ ...ecKey('P-384').jwk, kid: 'a', use: 'sig' }] }],
    ['RSA of 1024 bits', { keys: [{ ...rsaKey(1024).jwk, kid: 'a', use: 'sig' }] }],
    ['HS256', { keys: [{ ...sig, alg: 'HS256' }] }],
    ['alg that is no text', { keys: [{ ...sig, alg: 1 }] }],
    ['Ed25519 for encryption', { keys: [sig, { ...edKey().jwk, kid: 'e', use: 'enc' }] }],
    ['another encryption', { keys: [sig, { ...enc, alg: 'RSA-OAEP' }] }],
    ['an encryption key off the curve', { keys: [sig, { ...enc, y: enc['x'] ?? '' }] }],
  ])('refuses %s in words of its own', (_, value) => {
    const fault = readKeySet(value);
    expect(fault).toEqual({ fault: { en: expect.any(String), zh: expect.any(String) } });
    for (const text of ['sig-1', 'enc-1', 'HS256', 'RSA-OAEP', String(sig['x'])])
      expect(JSON.stringify(fault)).not.toContain(text);
  });
});
