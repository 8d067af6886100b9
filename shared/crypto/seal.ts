import { randomFillSync } from 'node:crypto';
import type { DataKey } from './data-key.ts';
import { sealWithNonce } from './seal-with-nonce.ts';

/**
 * Seals one field value under the data key of its write, with a fresh random nonce.
 * @param value any JSON value, not `undefined`; `null`, `''`, `false` and `0` stay distinct
 * @throws TypeError for a value that is not JSON, RangeError for a field name with a lone surrogate
 */
export function sealField(key: DataKey, field: string, value: unknown): Buffer {
  return sealWithNonce(key, field, value, nextNonce(key.suite.nonceBytes));
}

// Random bytes are drawn a page at a time, because a small draw costs as much as a large one. Each byte is
// used once. A copy of this process's memory would repeat them, but never under the same data key: KMS makes
// a new data key for each write.
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
