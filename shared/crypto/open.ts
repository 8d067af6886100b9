import { createDecipheriv, timingSafeEqual } from 'node:crypto';
import { type DataKey, secretsOf } from './data-key.ts';
import { parseField, SealBroken } from './field-format.ts';
import { unpad } from './padding.ts';
import { type FieldKeys, isAead, type Sealing, tagOf } from './primitives.ts';
import type { Suite } from './suites.ts';

/**
 * Opens one field. The caller must have checked the sheet's manifest first.
 * @param key made by `DataKey.fromStored`
 * @throws SealBroken for a wrong key, place, field or version and for any changed byte, without saying which;
 * TypeError for a key that was never compared with its commitment
 */
export function openField(key: DataKey, field: string, sealed: Buffer): unknown {
  const { keys, header, aad, opens } = secretsOf(key);
  if (!opens) throw new TypeError('a data key opens only after its commitment was compared');
  const parts = parseField(sealed);
  if (!parts || parts.suite !== key.suite || !parts.header.equals(header)) throw new SealBroken();
  const padded = decrypt(key.suite, keys, { ...parts, aad: aad(field) });
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
 * @returns the plaintext, which the caller must overwrite; `null` if authentication fails. An AEAD has then overwritten the bytes
 * that it decrypted before it checked the tag; encrypt-then-MAC has decrypted none
 */
export function decrypt(suite: Suite, keys: FieldKeys, sealed: Sealing & { tag: Buffer }): Buffer | null {
  const { nonce, aad, body, tag } = sealed;
  if (!isAead(suite)) {
    const right = tagOf(suite, keys, sealed);
    if (tag.length !== right.length || !timingSafeEqual(tag, right)) return null;
    return createDecipheriv(suite.cipher, keys.encryption, nonce).update(body);
  }
  let plaintext: Buffer | undefined;
  try {
    const decipher = createDecipheriv(suite.cipher, keys.encryption, nonce, {
      authTagLength: suite.tagBytes,
    });
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
