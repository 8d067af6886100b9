import { randomFillSync } from 'node:crypto';
import type { DataKey } from './data-key.ts';
import { sealWithNonce } from './seal-with-nonce.ts';

/**
 * Seals one field value under the data key of its write, with a fresh random nonce.
 * @param value anything JSON can say except `undefined`; `null`, `''`, `false` and `0` stay distinct
 * @throws TypeError for what is no JSON, RangeError for a field name with a lone surrogate
 */
export function sealField(key: DataKey, field: string, value: unknown): Buffer {
  return sealWithNonce(key, field, value, nextNonce(key.suite.nonceBytes));
}

// Random bytes are drawn a page at a time, because one small draw costs as much as a large one. Each is used
// once. A copy of this process's memory would repeat them, though never under the same data key: a data key
// comes from KMS anew for each write.
const pool = Buffer.alloc(12 * 256);
let used = pool.length;

function nextNonce(bytes: number): Buffer {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.subarray(used - bytes, used);
}
