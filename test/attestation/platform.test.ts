/** Browsers and Node compute the same, by functions that share nothing. */
import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { node } from '../../shared/attestation/platform/node.ts';
import { platform } from '../../shared/attestation/platform/platform.ts';
import type { PublicMembers } from '../../shared/attestation/platform/types.ts';
import { web } from '../../shared/attestation/platform/web.ts';

const there = node() ?? expect.fail();
const bytes = (of: Uint8Array) => Uint8Array.from(of);

it('Node is recognised', () => {
  expect(platform).not.toBe(web);
});

it('base64url has one encoding, in both', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (some) => {
      const text = web.toBase64url(some);
      expect(there.toBase64url(some)).toBe(text);
      expect([...(there.fromBase64url(text) ?? [])]).toEqual([...some]);
    }),
  );
  // A view into the middle of a larger buffer.
  const view = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
  expect(there.toBase64url(view)).toBe(web.toBase64url(view));
});

it('both refuse the same texts', () => {
  const near = fc.stringMatching(/^[\w+/=. -]{0,12}$/);
  fc.assert(
    fc.property(fc.oneof(near, fc.string()), (text) => {
      const [here, other] = [there.fromBase64url(text), web.fromBase64url(text)];
      expect(here && [...here]).toEqual(other && [...other]);
    }),
    { numRuns: 2000 },
  );
});

it('digests of any text are the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
      expect(await there.sha256(text)).toBe(await web.sha256(text));
    }),
  );
});

it.each(['P-256', 'Ed25519'] as const)('signatures of %s are good or bad in both', async (crv) => {
  const { publicKey, privateKey } =
    crv === 'P-256' ? generateKeyPairSync('ec', { namedCurve: crv }) : generateKeyPairSync('ed25519');
  const { key_ops, ...members } = publicKey.export({ format: 'jwk' });
  const key = members as PublicMembers;
  const signed = bytes(Buffer.from('header.payload'));
  const made = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  const signature = bytes(sign(crv === 'P-256' ? 'sha256' : null, signed, made));
  const other = signature.map((byte, index) => (index === 40 ? byte ^ 1 : byte));
  const offCurve = { ...key, x: Buffer.alloc(32, 1).toString('base64url') };
  for (const each of [there, web]) {
    expect(await each.verify(key, signature, signed)).toBe(true);
    expect(await each.verify(key, other, signed)).toBe(false);
    expect(await each.verify(key, signature.slice(1), signed)).toBe(false);
    expect(await each.verify(offCurve, signature, signed)).toBe(false);
  }
});
