import { createCipheriv, randomFillSync } from 'node:crypto';
import type { DataKey } from './data-key.ts';
import { FORMAT_VERSION, HEADER_BYTES, keyIdBytes } from './field-format.ts';
import { pad } from './padding.ts';

/**
 * Seals one field value under the data key of its write, with a fresh random nonce.
 * @param value anything JSON can say except `undefined`; `null`, `''`, `false` and `0` stay distinct
 */
export function sealField(key: DataKey, field: string, value: unknown): Buffer {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError('a field value must be JSON');
  const padded = pad(text);
  const { suite } = key;
  const out = Buffer.allocUnsafe(HEADER_BYTES + suite.nonceBytes + padded.length + suite.tagBytes);
  out[0] = FORMAT_VERSION;
  out[1] = suite.id;
  keyIdBytes(key.use.keyId).copy(out, 2);
  const nonce = out.subarray(HEADER_BYTES, HEADER_BYTES + suite.nonceBytes);
  nextNonce(nonce);
  const cipher = createCipheriv(suite.cipher, key.encryption, nonce, { authTagLength: suite.tagBytes });
  cipher.setAAD(key.aad(field));
  const body = cipher.update(padded);
  cipher.final();
  body.copy(out, HEADER_BYTES + suite.nonceBytes);
  cipher.getAuthTag().copy(out, out.length - suite.tagBytes);
  padded.fill(0);
  return out;
}

// Random bytes are drawn a page at a time, because one small draw costs as much as a large one; each is used once.
const pool = Buffer.alloc(12 * 256);
let used = pool.length;

function nextNonce(into: Buffer): void {
  if (used + into.length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  pool.copy(into, 0, used, used + into.length);
  used += into.length;
}
