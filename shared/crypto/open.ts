import { createDecipheriv, type KeyObject } from 'node:crypto';
import { type DataKey, secretsOf } from './data-key.ts';
import { parseField, SealBroken } from './field-format.ts';
import { unpad } from './padding.ts';
import type { Sealing } from './primitives.ts';
import type { Suite } from './suites.ts';

/**
 * Opens one field. The caller must have checked the sheet's manifest first.
 * @param key made by `DataKey.fromStored`
 * @throws SealBroken for a wrong key, place, field or version and for any changed byte, without saying which;
 * TypeError for a key that was never compared with its commitment
 */
export function openField(key: DataKey, field: string, sealed: Buffer): unknown {
  const { encryption, header, aad, opens } = secretsOf(key);
  if (!opens) throw new TypeError('a data key opens only after its commitment was compared');
  const parts = parseField(sealed);
  if (!parts || parts.suite !== key.suite || !parts.header.equals(header)) throw new SealBroken();
  const padded = decrypt(key.suite, encryption, { ...parts, aad: aad(field) });
  if (!padded) throw new SealBroken();
  const text = unpad(padded);
  padded.fill(0);
  if (text === null) throw new SealBroken();
  try {
    return JSON.parse(text);
  } catch {
    throw new SealBroken();
  }
}

/**
 * @returns the plaintext, which the caller must overwrite; `null` if authentication fails, after overwriting
 * the bytes that were decrypted before the tag was checked
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
