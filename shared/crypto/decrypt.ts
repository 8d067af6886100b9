import { createDecipheriv, type KeyObject } from 'node:crypto';
import type { Sealing } from './primitives.ts';
import type { Suite } from './suites.ts';

/**
 * @returns the plaintext, which the caller must overwrite, or `null` when anything is not as it was sealed;
 * then what was decrypted before the tag failed is overwritten
 */
export function decrypt(
  suite: Suite,
  key: KeyObject,
  { nonce, aad, body, tag }: Sealing & { tag: Buffer },
): Buffer | null {
  let plaintext: Buffer | undefined;
  try {
    const decipher = createDecipheriv(suite.cipher, key, nonce, { authTagLength: suite.tagBytes });
    decipher.setAAD(aad);
    decipher.setAuthTag(tag);
    plaintext = decipher.update(body);
    decipher.final();
    return plaintext;
  } catch {
    plaintext?.fill(0);
    return null;
  }
}
