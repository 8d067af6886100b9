import { createDecipheriv } from 'node:crypto';
import { type DataKey, secretsOf } from './data-key.ts';
import { parseField } from './field-format.ts';
import { unpad } from './padding.ts';
import { SealBroken } from './seal-broken.ts';

/**
 * Opens one field. The caller has compared the sheet's manifest before.
 * @param key made by `DataKey.fromStored`
 * @throws SealBroken for a wrong key, place, field or version, and for any changed byte, without saying
 * which; TypeError for a key that was never compared with its commitment
 */
export function openField(key: DataKey, field: string, sealed: Buffer): unknown {
  const { encryption, header, aad, opens } = secretsOf(key);
  if (!opens) throw new TypeError('a data key opens only after its commitment was compared');
  const parts = parseField(sealed);
  if (!parts || parts.suite !== key.suite || !parts.header.equals(header)) throw new SealBroken();
  let padded: Buffer | undefined;
  try {
    const decipher = createDecipheriv(parts.suite.cipher, encryption, parts.nonce, {
      authTagLength: parts.suite.tagBytes,
    });
    decipher.setAAD(aad(field));
    decipher.setAuthTag(parts.tag);
    padded = decipher.update(parts.body);
    decipher.final();
    const text = unpad(padded);
    if (text !== null) return JSON.parse(text);
  } catch {
    // One error for all causes, below.
  } finally {
    padded?.fill(0);
  }
  throw new SealBroken();
}
