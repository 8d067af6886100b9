/**
 * A sheet holds one owner's data about one subject: sealed fields by name, and a manifest for each class. A
 * manifest is a MAC over all fields of the class under the newest data key of the class.
 */

import { hash, timingSafeEqual } from 'node:crypto';
import { toBase64url } from '../bytes.ts';
import { encodeParts, type Part } from '../encoding.ts';
import type { KeyId, SubjectId } from '../ids.ts';
import { type DataKey, secretsOf } from './data-key.ts';
import { HEADER_BYTES, SealBroken, suiteOf } from './field-format.ts';
import { mac } from './primitives.ts';
import { type Suite, suiteNamed } from './suites.ts';

export interface Manifest {
  /** The newest data key of the class. */
  keyId: KeyId;
  mac: Uint8Array;
}

export interface Sheet {
  collection: string;
  subject: SubjectId;
  owner: string;
  version: number;
  fields: ReadonlyMap<string, Uint8Array>;
  /** By class. A class without fields has no manifest. */
  manifests: ReadonlyMap<string, Manifest>;
}

/**
 * MAC over the version of the key's write and, for every field of the class in name order, its name, suite,
 * key id, nonce and tag. So a field can't be dropped, added or replaced by an older one.
 * @throws SealBroken for a field in another format
 */
export function manifestMac(key: DataKey, fields: ReadonlyMap<string, Uint8Array>): Buffer {
  const parts: Part[] = ['fieldgate manifest v1', key.use.version, fields.size];
  for (const name of sorted(fields)) {
    const sealed = fields.get(name) as Uint8Array;
    const suite = suiteOf(sealed);
    if (!suite) throw new SealBroken();
    parts.push(
      name,
      sealed.subarray(0, HEADER_BYTES + suite.nonceBytes),
      sealed.subarray(sealed.length - suite.tagBytes),
    );
  }
  return mac(key.suite, secretsOf(key).manifest, encodeParts(...parts));
}

/** Compares in constant time. @throws SealBroken unless the manifest matches exactly these fields under this key */
export function checkManifest(
  key: DataKey,
  fields: ReadonlyMap<string, Uint8Array>,
  manifest: Manifest,
): void {
  const right = manifestMac(key, fields);
  const given = manifest.mac;
  if (manifest.keyId !== key.use.keyId || given.length !== right.length || !timingSafeEqual(given, right)) {
    throw new SealBroken();
  }
}

/**
 * Digest of the complete sheet, as stored in the head: base64url of 32 bytes, after the prefix of the suite.
 * @param suite of the write, even if it carries over fields of another one
 */
export function sheetDigest(suite: Suite, sheet: Sheet): string {
  const { collection, subject, owner, version, fields, manifests } = sheet;
  const parts: Part[] = [
    'fieldgate sheet v1',
    collection,
    subject,
    owner,
    version,
    fields.size,
    manifests.size,
  ];
  for (const name of sorted(fields)) parts.push(name, fields.get(name) as Uint8Array);
  for (const name of sorted(manifests)) {
    const { keyId, mac } = manifests.get(name) as Manifest;
    parts.push(name, keyId, mac);
  }
  return suite.prefix + toBase64url(hash(suite.hash, encodeParts(...parts), 'buffer'));
}

/** Whether this is the sheet's digest under the suite that the digest names. */
export function isDigestOf(digest: string, sheet: Sheet): boolean {
  const suite = suiteNamed('prefix', digest.slice(0, -DIGEST));
  return suite !== undefined && digest === sheetDigest(suite, sheet);
}

/** Letters of 32 bytes in base64url. */
const DIGEST = 43;

/** Names sorted by UTF-16 code units. */
function sorted(map: ReadonlyMap<string, unknown>): string[] {
  return [...map.keys()].sort();
}
