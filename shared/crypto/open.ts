import { createDecipheriv } from 'node:crypto';
import type { DataKey } from './data-key.ts';
import { parseField } from './field-format.ts';
import { unpad } from './padding.ts';
import { SealBroken } from './seal-broken.ts';

/**
 * Opens one field. The caller has compared the key's commitment and the sheet's manifest before.
 * @throws SealBroken for a wrong key, place, field or version, and for any changed byte, without saying which
 */
export function openField(key: DataKey, field: string, sealed: Buffer): unknown {
  const parts = parseField(sealed);
  if (!parts || parts.suite !== key.suite || parts.keyId !== key.use.keyId) throw new SealBroken();
  try {
    const decipher = createDecipheriv(parts.suite.cipher, key.encryption, parts.nonce, {
      authTagLength: parts.suite.tagBytes,
    });
    decipher.setAAD(key.aad(field));
    decipher.setAuthTag(parts.tag);
    const padded = decipher.update(parts.body);
    decipher.final();
    const text = unpad(padded);
    padded.fill(0);
    if (text !== null) return JSON.parse(text);
  } catch {
    // One error for all causes, below.
  }
  throw new SealBroken();
}
