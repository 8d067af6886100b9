import { type DataKey, secretsOf } from './data-key.ts';
import { HEADER_BYTES } from './field-format.ts';
import { withPadded } from './padding.ts';
import { encryptInto } from './primitives.ts';

/**
 * Seals with a given nonce. Only `sealField`, which draws the nonce, and tests with frozen vectors may call
 * it. A nonce used twice under one key reveals both values, and under GCM the authentication key.
 */
export function sealWithNonce(key: DataKey, field: string, value: unknown, nonce: Buffer): Buffer {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError('a field value must be JSON');
  const { suite } = key;
  if (nonce.length !== suite.nonceBytes) throw new RangeError('a nonce of another length');
  const { keys, header, aad } = secretsOf(key);
  return withPadded(text, (padded) => {
    const bodyStart = HEADER_BYTES + nonce.length;
    const out = Buffer.allocUnsafe(bodyStart + padded.length + suite.tagBytes);
    header.copy(out);
    nonce.copy(out, HEADER_BYTES);
    encryptInto(out, bodyStart, suite, keys, { nonce, aad: aad(field), body: padded });
    return out;
  });
}
