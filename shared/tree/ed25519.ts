/** Checks of Ed25519 signatures (RFC 8032) in Node and in every browser. */

/** @returns whether the key made the 64 bytes of `signature` over `message` */
export type SignatureCheck = (message: Uint8Array, signature: Uint8Array) => Promise<boolean>;

/**
 * Web Crypto has Ed25519 since Chromium 137, Firefox 129 and Safari 17, and only on pages from a secure origin. Elsewhere
 * a library checks, because "this browser can't" must never read as "this is forged".
 * @param raw 32 bytes
 * @throws DOMException for a fault of the platform, which says nothing about a signature
 */
export async function openKey(raw: Uint8Array): Promise<SignatureCheck> {
  try {
    const key = await crypto.subtle?.importKey('raw', copy(raw), 'Ed25519', false, ['verify']);
    if (key) {
      return (message, signature) => crypto.subtle.verify('Ed25519', key, copy(signature), copy(message));
    }
  } catch (error) {
    const { name } = error as Error;
    // The bytes are not a point on the curve: nothing is signed by them.
    if (name === 'DataError') return async () => false;
    if (name !== 'NotSupportedError') throw error;
  }
  const { ed25519 } = await import('@noble/curves/ed25519.js');
  return async (message, signature) =>
    signature.length === 64 && ed25519.verify(signature, message, raw, { zip215: false });
}

/** Web Crypto accepts no views of shared memory, so this makes a copy. */
function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
