import { createHash } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { toBase64url } from '../bytes.ts';
import { generateMac } from './mac.ts';

/** What an index value stands for. `scope` is the department for keys that only one department knows. */
export interface IndexedKey {
  collection: string;
  field: string;
  scope: string;
  /** Normalised by the policy; never stored or logged. */
  value: string;
}

const VERSION = 1;

/**
 * Blind index of one match key: version ‖ KMS GenerateMac over a digest of (collection, field, scope, value).
 * KMS answers the same value for the same key, and nobody without the KMS key can try values out.
 * @returns text to be used as partition key of the index table
 */
export async function blindIndex(kms: KMSClient, indexKey: string, key: IndexedKey): Promise<string> {
  const parts = [key.collection, key.field, key.scope, key.value].map((part) => Buffer.from(part, 'utf8'));
  const hash = createHash('sha256');
  for (const part of [Buffer.from('fieldgate index v1'), ...parts]) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    hash.update(length).update(part);
  }
  const mac = await generateMac(kms, indexKey, hash.digest());
  return `${VERSION}.${toBase64url(mac)}`;
}
