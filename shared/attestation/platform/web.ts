/** Base64url, digests and signatures by what every browser has. */
import type { Platform, PublicMembers } from './types.ts';

type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** Keys that were read, as Node's half keeps them: a page checks proofs of one issuer. */
const keys = new Map<string, Promise<Key>>();
const KEPT = 100;

function keyOf(members: PublicMembers): Promise<Key> {
  const name = JSON.stringify(members);
  const key =
    keys.get(name) ??
    crypto.subtle.importKey('jwk', members, ALGORITHMS[members.crv].imported, false, ['verify']);
  if (keys.size >= KEPT) keys.clear();
  keys.set(name, key);
  return key;
}

export const web: Platform = {
  toBase64url(bytes) {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  },
  fromBase64url(text) {
    if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null;
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
    return web.toBase64url(bytes) === text ? bytes : null;
  },
  async sha256(text) {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
    return web.toBase64url(new Uint8Array(digest));
  },
  async verify(members, signature, signed) {
    try {
      const key = await keyOf(members);
      return await crypto.subtle.verify(ALGORITHMS[members.crv].verified, key, signature, signed);
    } catch (error) {
      // Members that are no point of the curve. Any other fault is the browser's and says nothing about the signature.
      if ((error as Error).name === 'DataError') return false;
      throw error;
    }
  },
};

const ALGORITHMS = {
  'P-256': {
    imported: { name: 'ECDSA', namedCurve: 'P-256' },
    verified: { name: 'ECDSA', hash: 'SHA-256' },
  },
  Ed25519: { imported: { name: 'Ed25519' }, verified: { name: 'Ed25519' } },
};
