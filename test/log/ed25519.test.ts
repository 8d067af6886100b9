/** Signatures in browsers whose Web Crypto has no Ed25519: valid and invalid stay what they are, and a fault is neither. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openKey } from '../../shared/tree/ed25519.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const raw = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'));
const message = new TextEncoder().encode('fieldgate');
const signature = new Uint8Array(sign(null, message, privateKey));

const failing = (name: string) => () => Promise.reject(new DOMException('Unrecognized name.', name));

afterEach(() => void vi.restoreAllMocks());

describe.each<[string, () => void]>([
  ['with Ed25519 in Web Crypto', () => {}],
  [
    'without it, as in Chromium 131',
    () => void vi.spyOn(crypto.subtle, 'importKey').mockImplementation(failing('NotSupportedError')),
  ],
  [
    'without Web Crypto, as on a page without TLS',
    () => void vi.spyOn(crypto, 'subtle', 'get').mockReturnValue(undefined as never),
  ],
])('%s', (_, arrange) => {
  beforeEach(arrange);

  it('a signature holds for what the key signed, and for nothing else', async () => {
    const check = await openKey(raw);
    expect(await check(message, signature)).toBe(true);
    expect(await check(message.subarray(1), signature)).toBe(false);
    expect(
      await check(
        message,
        signature.map((byte, at) => (at === 9 ? byte ^ 1 : byte)),
      ),
    ).toBe(false);
    expect(await check(message, signature.subarray(1))).toBe(false);
    expect(await (await openKey(new Uint8Array(32).fill(255)))(message, signature)).toBe(false);
  });
});

it('makes no verdict of a fault of the platform', async () => {
  vi.spyOn(crypto.subtle, 'importKey').mockImplementation(failing('OperationError'));
  await expect(openKey(raw)).rejects.toThrow();
});
