/**
 * The same by Node's own functions. WebCrypto hands each digest and each key to another thread there, which takes several
 * times as long as the work. Types are structural, because this file is also compiled for browsers, where it does nothing.
 */
import type { Platform, PublicMembers } from './types.ts';

type Bytes = Uint8Array<ArrayBuffer> & {
  toString(encoding: 'base64url'): string;
};
interface Buffers {
  from(text: string, encoding: 'base64url'): Bytes;
  from(bytes: ArrayBufferLike, start: number, length: number): Bytes;
}
interface Crypto {
  hash(algorithm: 'sha256', text: string, encoding: 'base64url'): string;
  createPublicKey(key: { key: PublicMembers; format: 'jwk' }): object;
  verify(
    algorithm: 'sha256' | null,
    signed: Uint8Array,
    key: { key: object; dsaEncoding: 'ieee-p1363' },
    signature: Uint8Array,
  ): boolean;
}

/** Public keys that were read, which are few: an issuer's, and those of holders. */
const KEPT = 100;

/** @returns `null` outside of Node */
export function node(): Platform | null {
  const { process, Buffer } = globalThis as unknown as {
    process?: { getBuiltinModule?(name: string): unknown };
    Buffer?: Buffers;
  };
  const crypto = process?.getBuiltinModule?.('node:crypto') as Crypto | undefined;
  if (!crypto || !Buffer) return null;
  const keys = new Map<string, object>();
  const keyOf = (members: PublicMembers) => {
    const name = JSON.stringify(members);
    const key = keys.get(name) ?? crypto.createPublicKey({ key: members, format: 'jwk' });
    if (keys.size >= KEPT) keys.clear();
    keys.set(name, key);
    return key;
  };
  return {
    toBase64url: ({ buffer, byteOffset, byteLength }) =>
      Buffer.from(buffer, byteOffset, byteLength).toString('base64url'),
    fromBase64url(text) {
      const bytes = Buffer.from(text, 'base64url');
      return bytes.toString('base64url') === text ? bytes : null;
    },
    sha256: (text) => crypto.hash('sha256', text, 'base64url'),
    verify(members, signature, signed) {
      const algorithm = members.crv === 'P-256' ? 'sha256' : null;
      try {
        return crypto.verify(
          algorithm,
          signed,
          { key: keyOf(members), dsaEncoding: 'ieee-p1363' },
          signature,
        );
      } catch {
        return false;
      }
    },
  };
}
