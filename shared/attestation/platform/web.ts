/** Base64url, digests and signatures by what every browser has. */
import type { Platform } from './types.ts';

export const web: Platform = {
  toBase64url(bytes) {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  },
  fromBase64url(text) {
    if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null;
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return web.toBase64url(bytes) === text ? bytes : null;
  },
  async sha256(text) {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
    return web.toBase64url(new Uint8Array(digest));
  },
  async verify(key, signature, signed) {
    const { imported, verified } = ALGORITHMS[key.crv];
    try {
      const made = await crypto.subtle.importKey('jwk', key, imported, false, ['verify']);
      return await crypto.subtle.verify(verified, made, signature, signed);
    } catch {
      return false;
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
