import { createHash } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { fromBase64url, toBase64url } from '../bytes.ts';
import { encodeParts } from '../encoding.ts';
import { generateMac, keyVersions } from './kms.ts';

/** The meaning of an index value. `scope` is the department for keys that only one department knows. */
export interface IndexedKey {
  collection: string;
  field: string;
  scope: string;
  /** Normalised by the policy; never stored or logged. */
  value: string;
}

/**
 * Blind index of one match key under each version of the index key. KMS gives the same value for the same
 * key, and values can't be tested without the KMS key. Version 1 is KMS GenerateMac over a digest of
 * (collection, field, scope, value). Each further version is GenerateMac over the previous one.
 * @param indexKeys as read by `keyVersions`
 * @returns keys of the index table, newest first. The first is for new entries; existing entries may be under
 * the others
 */
export async function blindIndexes(
  kms: KMSClient,
  indexKeys: string,
  { collection, field, scope, value }: IndexedKey,
): Promise<[string, ...string[]]> {
  const encoded = encodeParts('fieldgate index v1', collection, field, scope, value);
  const digest = createHash('sha256').update(encoded).digest();
  encoded.fill(0);
  return chain(kms, keyVersions(indexKeys), 0, digest, []);
}

/**
 * The newest value of `blindIndexes`, computed from an older one without the match key.
 * @throws RangeError if `index` is not an index value of one of these versions
 */
export async function renewIndex(kms: KMSClient, indexKeys: string, index: string): Promise<string> {
  const keys = keyVersions(indexKeys);
  const [, number = '', text = ''] = /^([1-9]\d?)\.([\w-]{43})$/.exec(index) ?? [];
  const version = Number(number);
  const mac = fromBase64url(text);
  if (mac?.length !== 32 || version < 1 || version > keys.length) throw new RangeError('not an index value');
  const [newest] = await chain(kms, keys, version, mac, [index]);
  return newest;
}

/** Applies the keys from version `from` + 1 onwards. @param known values of versions up to `from`, newest first */
async function chain(
  kms: KMSClient,
  keys: readonly string[],
  from: number,
  message: Buffer,
  known: readonly string[],
): Promise<[string, ...string[]]> {
  const values = [...known];
  let mac = message;
  for (let version = from + 1; version <= keys.length; version++) {
    mac = await generateMac(kms, keys[version - 1] as string, mac);
    values.unshift(`${version}.${toBase64url(mac)}`);
  }
  return values as [string, ...string[]];
}
